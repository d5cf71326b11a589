import { z } from 'zod';
import { RouteBody } from '../route-schemas.js';

const text = z.string().min(1).max(253);

export const PlannedRouteBody = z.strictObject({ name: text, ...RouteBody.shape }).meta({ id: 'PlannedIngressRoute' });
export type PlannedRouteBody = z.infer<typeof PlannedRouteBody>;

const CurrentGateway = z
  .strictObject({
    name: text,
    frontends: z.array(z.strictObject({ name: text, routes: z.array(text).max(1000) }).meta({ id: 'CurrentIngressFrontend' })).max(5),
  })
  .meta({ id: 'CurrentIngressGateway' });

/** Judged like a gateway and its routes; nothing is written. */
export const GatewayPlanBody = z
  .strictObject({
    name: text.describe('Of the first gateway; further ones are called name-2, name-3, ...'),
    cluster: text,
    deployment: z.enum(['BYO', 'MANAGED', 'ADDON']).meta({ id: 'IngressDeployment' }).default('BYO'),
    namespace: text.optional().describe("Kubernetes namespace of the Gateways; the name's by default"),
    controllerVersion: z.string().max(32).optional(),
    routes: z.array(PlannedRouteBody).min(1).max(1000).describe('Their frontends are chosen by the plan'),
    current: z
      .array(CurrentGateway)
      .max(5)
      .optional()
      .describe('Gateways of an earlier plan: routes stay where they are. Those that exist under the name are taken by themselves'),
    endpoints: z
      .array(z.strictObject({ namespace: text, service: text, count: z.int().min(0).max(1_000_000) }).meta({ id: 'IngressEndpoints' }))
      .max(1000)
      .optional()
      .describe('Pods behind Services; one by default'),
  })
  .meta({ id: 'IngressGatewayPlanRequest' });
export type GatewayPlanBody = z.infer<typeof GatewayPlanBody>;

const PlaceView = z.object({ gateway: z.string(), frontend: z.string() }).meta({ id: 'IngressPlace' });

export const GatewayPlanView = z
  .object({
    gateways: z.array(
      z
        .object({
          name: z.string(),
          exists: z.boolean(),
          frontends: z.array(
            z
              .object({
                name: z.string(),
                hostnames: z.array(z.string()).describe('Their DNS names point to this frontend'),
                routes: z.array(z.string()),
              })
              .meta({ id: 'PlannedIngressFrontend' }),
          ),
          usage: z
            .array(
              z
                .object({ limit: z.string(), rule: z.string(), count: z.int(), max: z.int(), of: z.string() })
                .meta({ id: 'IngressLimitUsage' }),
            )
            .describe('How much of each limit of one AGC its routes use'),
        })
        .meta({ id: 'PlannedIngressGateway' }),
    ),
    newGateways: z.int(),
    newSubnets: z.int().describe('Delegated /24 that the network of the nodes must have free: one for each new gateway (AGC-22)'),
    moves: z
      .array(z.object({ route: z.string(), from: PlaceView, to: PlaceView }).meta({ id: 'IngressRouteMove' }))
      .describe('Routes that leave their place because another ties them to routes elsewhere, or because they no longer fit'),
  })
  .meta({ id: 'IngressGatewayPlan' });
export type GatewayPlanView = z.infer<typeof GatewayPlanView>;
