import { TranslateIngress, type IngressTranslation } from '../translation/translate-ingress.js';
import type { TranslationQuery } from '../translation/translation-schemas.js';
import { byo } from './translated.js';

/** The whole use case on a text. */
export function translateText(yaml: string | Uint8Array, over: Partial<TranslationQuery> = {}): Promise<IngressTranslation> {
  const { deployment } = byo;
  const target = deployment.kind === 'BYO' ? { albId: deployment.albId, frontend: deployment.frontends.join() } : {};
  const query: TranslationQuery = { deployment: 'BYO', ...target, api: 'GATEWAY', namespace: 'default', strict: false, ...over };
  return new TranslateIngress().execute(query, chunks(Buffer.from(yaml)));
}

/** In pieces of odd sizes, as a network brings them. */
async function* chunks(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 4_097) yield bytes.subarray(at, at + 4_097);
}
