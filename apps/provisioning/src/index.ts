export { createProvisioningApp, type ProvisioningApp, type ProvisioningAppOptions } from './create-provisioning-app.js';
