import { Body, Controller, HttpCode, Post, Query } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Role } from '@podspan/platform';
import { bytesOfBody } from './bytes-of-body.js';
import { TranslateIngress, type IngressTranslation } from './translate-ingress.js';
import { TranslationQuery, TranslationView } from './translation-schemas.js';

@ApiTags('ingress')
@Controller('v1/ingress-translations')
export class TranslationsController {
  constructor(private readonly translateIngress: TranslateIngress) {}

  /** Changes nothing, so whoever may read may translate. */
  @Post()
  @HttpCode(200)
  @Role('viewer')
  @ApiConsumes('application/yaml', 'application/json')
  @ApiBody({ schema: { type: 'string' }, description: 'Ingresses and the Services, Secrets and rewrites they name, as YAML documents' })
  @ApiOkResponse({ standardSchema: TranslationView })
  translateIngresses(@Query({ schema: TranslationQuery }) query: TranslationQuery, @Body() body: unknown): Promise<IngressTranslation> {
    return this.translateIngress.execute(query, bytesOfBody(body));
  }
}
