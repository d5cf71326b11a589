export { createIngressApp, type IngressApp, type IngressAppOptions } from './create-ingress-app.js';
