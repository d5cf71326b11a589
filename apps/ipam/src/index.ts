export { createIpamApp, type IpamApp, type IpamAppOptions } from './create-ipam-app.js';
export { documentOfIpam } from './document-of-ipam.js';
