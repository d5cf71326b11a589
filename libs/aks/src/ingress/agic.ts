import { Cidr } from '@podspan/cidr';
import type { Problem } from '@podspan/errors';
import { problem } from '../findings.js';
import { APPLICATION_GATEWAY_MAX_INSTANCES, applicationGatewayPrefixFor } from '../sizing/subnet-size.js';

/** The shortest prefix of a gateway subnet beside overlay nodes (AGIC-21). */
export const AGIC_SHORTEST_PREFIX = 24;

export interface AgicSubnetFacts {
  readonly subnet: Cidr;
  readonly network: string;
  readonly nodeNetwork: string;
  readonly instances?: number | undefined;
  readonly privateFrontend?: boolean | undefined;
}

/** AGIC-10, AGIC-21, AGIC-22: /24 or smaller, large enough for the instances, in the nodes' own network. */
export function checkAgicSubnet(facts: AgicSubnetFacts, path = 'gatewaySubnet'): readonly Problem[] {
  const { subnet, network, nodeNetwork } = facts;
  const value = String(subnet);
  const found: Problem[] = [];
  if (subnet.length < AGIC_SHORTEST_PREFIX) {
    const message = `${value} is too large beside overlay nodes: prefix ${AGIC_SHORTEST_PREFIX} or longer`;
    const suggestion = String(Cidr.around(subnet.firstAddress, AGIC_SHORTEST_PREFIX));
    found.push(
      problem({
        path,
        code: 'agic_subnet_too_large',
        rule: 'AGIC-21',
        message,
        value,
        conflictsWith: `/${AGIC_SHORTEST_PREFIX}`,
        suggestion,
      }),
    );
  }
  const { instances = APPLICATION_GATEWAY_MAX_INSTANCES, privateFrontend = false } = facts;
  const fitting = applicationGatewayPrefixFor(instances, privateFrontend);
  if (subnet.length > fitting) {
    const message = `${value} is too small for ${instances} instances; use /${fitting}`;
    const suggestion = String(Cidr.around(subnet.firstAddress, fitting));
    found.push(
      problem({
        path,
        code: 'agic_subnet_too_small',
        rule: 'AGIC-10',
        message,
        value,
        conflictsWith: instances,
        suggestion,
      }),
    );
  }
  if (network !== nodeNetwork) {
    const message = `${value} is in network ${network}, the nodes are in ${nodeNetwork}; peering does not help`;
    found.push(
      problem({
        path,
        code: 'agic_vnet_mismatch',
        rule: 'AGIC-22',
        message,
        value: network,
        conflictsWith: nodeNetwork,
        suggestion: `a subnet in ${nodeNetwork}`,
      }),
    );
  }
  return found;
}
