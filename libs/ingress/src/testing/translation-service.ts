import { Module } from '@nestjs/common';
import { TranslateIngress } from '../translation/translate-ingress.js';
import { TranslationsController } from '../translation/translations.controller.js';
import { TranslationsResolver } from '../translation/translations.resolver.js';
import { YamlBodies } from '../translation/yaml-bodies.js';

export { ingressSdl as translationSdl } from '../ingress.sdl.js';

/** The translation alone: it needs no database, no queue and no Azure. */
@Module({ controllers: [TranslationsController], providers: [YamlBodies, TranslateIngress, TranslationsResolver] })
export class TranslationTestModule {}
