import { z } from 'zod';
import { IngressSpec } from '../ingress-spec.js';

/** The points at which a person must say that it may go on. */
export const ingressGates = ['SWITCH_DNS', 'DISABLE_AGIC'] as const;
export type IngressGate = (typeof ingressGates)[number];

/** The step of the program that waits at each gate. */
export const gateSteps: Readonly<Record<IngressGate, string>> = { SWITCH_DNS: 'switch-dns', DISABLE_AGIC: 'approve-disable' };

/** MIGRATE_INGRESS: the gateway that a cluster gets in place of AGIC, and how the change goes. */
export const IngressMigrationSpec = IngressSpec.omit({
  kind: true,
  deployment: true,
  acceptPreview: true,
  frontendPorts: true,
  privateFrontend: true,
})
  .extend({
    name: z.string().min(1).max(253).optional().describe("The cluster's name with -agc by default; each cluster needs its own"),
    agic: z
      .enum(['ADDON', 'HELM'])
      .optional()
      .describe('ADDON when left out; a Helm release is uninstalled by a person, before the last approval'),
    apply: z.boolean().optional().describe('Whether Podspan applies the manifests, where INGRESS_APPLY allows it; true when left out'),
    ttlSeconds: z
      .int()
      .min(0)
      .max(604_800)
      .optional()
      .describe(
        'TTL of the DNS records when they are switched: with 300 s of draining the least time until AGIC may go; 300 when left out',
      ),
  })
  .meta({ id: 'IngressMigrationSpec' });
export type IngressMigrationSpec = z.infer<typeof IngressMigrationSpec>;

/** AGC-53: connections of the old frontend may go on for so long. */
const drainSeconds = 300;

/** From the switch of DNS to the end of AGIC, at least (MAP-34). */
export function switchSecondsOf({ ttlSeconds = 300 }: IngressMigrationSpec): number {
  return ttlSeconds + drainSeconds;
}

export function gatewayNameOf(cluster: string, { name }: IngressMigrationSpec): string {
  return name ?? `${cluster}-agc`;
}

/** What the ingress service is asked for. */
export function gatewaySpecOf(asked: IngressMigrationSpec): IngressSpec {
  const { agic: _, apply: __, ttlSeconds: ___, name: ____, ...spec } = asked;
  return { kind: 'AGC', ...spec };
}
