import type { Insertable } from 'kysely';
import type { GatewayTable } from './database.js';

/** A gateway that may be made: its row, and the program of its creation. */
export interface GatewayPlan {
  readonly program: string;
  readonly values: Insertable<GatewayTable>;
}
