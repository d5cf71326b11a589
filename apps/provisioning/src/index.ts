export { createProvisioningApp, type ProvisioningApp, type ProvisioningAppOptions } from './create-provisioning-app.js';
export { documentOfProvisioning } from './document-of-provisioning.js';
