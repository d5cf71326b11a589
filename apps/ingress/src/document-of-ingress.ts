import { documentOfEngineService } from '@podspan/engine';
import { ingressService } from './ingress-service.js';

/** The service's OpenAPI document, without a database, a queue or Azure, and without listening. */
export function documentOfIngress(): Promise<unknown> {
  return documentOfEngineService(ingressService);
}
