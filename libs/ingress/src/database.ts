import type { FailureView } from '@podspan/engine';
import type { ColumnType, Generated, JSONColumnType, Selectable } from 'kysely';
import type { GatewayIntent, GatewayState } from './domain/gateway-intent.js';
import type { RouteIntent } from './domain/route-intent.js';
import type { AgicInput } from './agic/agic-input.js';
import type { AgcInput } from './programs/agc-input.js';

export interface IngressDatabase {
  readonly ingress_gateway: GatewayTable;
  readonly route: RouteTable;
  readonly waf_grant: WafGrantTable;
}

export interface GatewayTable {
  id: string;
  name: string;
  cluster: string;
  state: GatewayState;
  version: Generated<number>;
  intent: JSONColumnType<GatewayIntent>;
  input: JSONColumnType<AgcInput | AgicInput>;
  namespace: string;
  kubernetes_name: string;
  kubernetes_version: string | null;
  subscription_id: string;
  region: string;
  subnet_id: string;
  subnet_cidr: string | null;
  allocation_id: string | null;
  frontends: ColumnType<readonly FrontendAddress[], string | undefined, string>;
  identity: ColumnType<ControllerIdentity | null, string | undefined, string>;
  failure: ColumnType<FailureView | null, string | null | undefined, string | null>;
  create_run: string;
  current_run: string;
  removes_controller: Generated<boolean>;
  created_by: string;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
}

export interface RouteTable {
  gateway_id: string;
  name: string;
  version: Generated<number>;
  intent: JSONColumnType<RouteIntent>;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
}

export interface WafGrantTable {
  gateway_id: string;
  /** ARM id as a route wrote it first. */
  policy_id: string;
  run: string;
  state: 'PENDING' | 'GRANTED' | 'FAILED';
  failure: ColumnType<FailureView | null, string | null | undefined, string | null>;
}

/** Where a frontend answers. */
export interface FrontendAddress {
  readonly name: string;
  readonly fqdn?: string;
  /** Of an Application Gateway. */
  readonly ipAddress?: string;
}

/** The identity the ALB Controller signs in with. */
export interface ControllerIdentity {
  readonly clientId: string;
  readonly principalId: string;
  /** Of the add-on's identity; the other one's follows from the cluster's name. */
  readonly resourceId?: string;
}

export type GatewayRow = Selectable<GatewayTable>;
export type RouteRow = Selectable<RouteTable>;
