export { createIngressApp } from './create-ingress-app.js';
export { documentOfIngress } from './document-of-ingress.js';
