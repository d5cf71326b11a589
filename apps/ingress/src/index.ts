export { createIngressApp } from './create-ingress-app.js';
export { faultsOfKnown } from '@podspan/ingress';
export { documentOfIngress } from './document-of-ingress.js';
