export { createIpamApp, type IpamApp, type IpamAppOptions } from './create-ipam-app.js';
