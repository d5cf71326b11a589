export { createIngressApp, type IngressApp, type IngressAppOptions } from './create-ingress-app.js';
export { documentOfIngress } from './document-of-ingress.js';
