import { AGC_DELEGATION, API_SERVER_DELEGATION } from '@podspan/aks';
import type { Cidr } from '@podspan/cidr';
import type { Problem } from '@podspan/errors';
import type { SubnetRole } from './subnet-requests.js';

/** Who has a range: `purpose` begins with a subnet role when it is a subnet of a cluster. */
export interface SubnetHolder {
  readonly owner: string;
  readonly purpose: string;
}

export interface TakenSubnetFacts {
  readonly role: SubnetRole;
  readonly path: string;
  readonly pool: string;
  readonly cidr: Cidr;
  readonly holder: SubnetHolder | undefined;
  readonly instead: Cidr | undefined;
}

const delegations: Readonly<Record<string, string>> = { GATEWAY_SUBNET: AGC_DELEGATION, API_SERVER_SUBNET: API_SERVER_DELEGATION };

/** Why an explicit subnet cannot be had: AGC-22 for a second gateway, OV-114 for nodes in a subnet that is delegated, else that it is taken. */
export function takenProblem({ role, path, pool, cidr, holder, instead }: TakenSubnetFacts): Problem {
  const delegation = role === 'NODE_SUBNET' ? delegations[holder?.purpose ?? ''] : undefined;
  const by = holder === undefined ? '' : ` by ${holder.owner} (${holder.purpose})`;
  const facts = {
    path,
    value: String(cidr),
    ...(holder === undefined ? {} : { conflictsWith: `${holder.owner} ${holder.purpose}` }),
    ...(instead === undefined ? {} : { suggestion: String(instead) }),
  };
  if (delegation !== undefined) {
    return {
      ...facts,
      code: 'node_subnet_delegated',
      rule: 'OV-114',
      message: `${cidr} is taken${by} and delegated to ${delegation}; nodes need a subnet without delegation`,
    };
  }
  if (role !== 'GATEWAY_SUBNET') return { ...facts, code: 'prefix_taken', message: `${cidr} of pool ${pool} is taken${by}` };
  return {
    ...facts,
    code: 'agc_subnet_in_use',
    rule: 'AGC-22',
    message: `${cidr} of pool ${pool} is taken${by}; one deployment per subnet`,
  };
}
