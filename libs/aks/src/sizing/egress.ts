import { problem } from '../findings.js';
import type { Problem } from '@podspan/errors';

/** Source ports one outbound address offers (OV-85). */
const PORTS_PER_ADDRESS = 64_000;

/** Nodes the outbound addresses of a load balancer can serve (OV-85), rounded down. */
export function nodesForSnat(portsPerNode: number, outboundAddresses: number): number {
  return Math.floor((PORTS_PER_ADDRESS * outboundAddresses) / portsPerNode);
}

/** Outbound addresses a peak of nodes needs (OV-85). */
export function outboundAddressesFor(peakNodes: number, portsPerNode: number): number {
  return Math.ceil((peakNodes * portsPerNode) / PORTS_PER_ADDRESS);
}

/** `allocatedOutboundPorts` is 0 (automatic) to 64,000 in steps of 8 (OV-85). */
export function checkOutboundPorts(portsPerNode: number, path = 'allocatedOutboundPorts'): readonly Problem[] {
  const whole = Number.isInteger(portsPerNode) && portsPerNode >= 0 && portsPerNode <= PORTS_PER_ADDRESS;
  if (whole && portsPerNode % 8 === 0) return [];
  return [
    problem({
      path,
      code: 'outbound_ports_invalid',
      rule: 'OV-85',
      message: `${portsPerNode} ports per node is not a multiple of 8 between 0 and ${PORTS_PER_ADDRESS}`,
      value: portsPerNode,
      suggestion: String(Math.min(PORTS_PER_ADDRESS, Math.max(0, Math.floor(portsPerNode / 8) * 8))),
    }),
  ];
}
