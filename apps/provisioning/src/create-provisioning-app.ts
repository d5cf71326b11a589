import { createEngineService, type EngineService, type EngineServiceOptions } from '@podspan/engine';
import { provisioningService } from './provisioning-service.js';

/** The provisioning service: built, migrated and working, not listening yet. */
export function createProvisioningApp(options: EngineServiceOptions): Promise<EngineService> {
  return createEngineService(provisioningService, options);
}
