export { IngressModule } from './ingress.module.js';
export { ingressParts, type IngressOptions, type IngressParts } from './ingress-parts.js';
export { ingressMigrations } from './migrations.js';
export { faultsOfKnown } from './domain/schemas/object-faults.js';
export { ingressSdl } from './ingress.sdl.js';
export type { IngressDatabase } from './database.js';
