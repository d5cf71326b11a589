import type { Deployment } from '../domain/gateway-intent.js';

/** As the runs of the engine know them. */
export const agcCreations: Readonly<Record<Deployment, string>> = {
  BYO: 'agc.create',
  MANAGED: 'agc.create-managed',
  ADDON: 'agc.create-add-on',
};

export const agcRemovals: Readonly<Record<Deployment, string>> = {
  BYO: 'agc.delete',
  MANAGED: 'agc.delete-managed',
  ADDON: 'agc.delete-add-on',
};
