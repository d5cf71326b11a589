import { documentOfEngineService } from '@podspan/engine';
import { provisioningService } from './provisioning-service.js';

/** The service's OpenAPI document, without a database, a queue or Azure, and without listening. */
export function documentOfProvisioning(): Promise<unknown> {
  return documentOfEngineService(provisioningService);
}
