export { createProvisioningApp } from './create-provisioning-app.js';
export { documentOfProvisioning } from './document-of-provisioning.js';
export { checkRedis } from '@podspan/engine';
