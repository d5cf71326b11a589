import { createEngineService, type EngineService, type EngineServiceOptions } from '@podspan/engine';
import { ingressService } from './ingress-service.js';

/** The ingress service: built, migrated and working, not listening yet. */
export function createIngressApp(options: EngineServiceOptions): Promise<EngineService> {
  return createEngineService(ingressService, options);
}
