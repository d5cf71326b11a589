import type { RenderedGateway } from '../gateway-intent.js';
import { gatewayObjectName } from '../gateway-object.js';
import { isHostname } from '../kubernetes-names.js';
import { isObject, listAt, type KubeObject } from './kube-object.js';

export interface ReportedAddress {
  readonly name: string;
  readonly fqdn: string;
}

/**
 * Where the frontends answer, as the ALB Controller says: in the status of the Gateway of each (AGC-19, AGC-52), or of the Ingresses
 * that name it. Of a load balancer that the controller makes nothing else tells which of its frontends is whose.
 */
export function reportedAddresses(gateway: RenderedGateway, objects: readonly KubeObject[]): readonly ReportedAddress[] {
  return gateway.frontends.flatMap((name) => {
    const [fqdn] = objects.filter((object) => serves(object, gateway, name)).flatMap(hostnamesIn);
    return fqdn === undefined ? [] : [{ name, fqdn }];
  });
}

function serves({ kind, metadata }: KubeObject, gateway: RenderedGateway, frontend: string): boolean {
  if (kind === 'Ingress') return metadata.annotations?.['alb.networking.azure.io/alb-frontend'] === frontend;
  return kind === 'Gateway' && metadata.namespace === gateway.namespace && metadata.name === gatewayObjectName(gateway, frontend);
}

function hostnamesIn({ kind, status }: KubeObject): readonly string[] {
  const loadBalancer = isObject(status) ? status['loadBalancer'] : undefined;
  const names =
    kind === 'Ingress'
      ? listAt(loadBalancer, 'ingress').map(({ hostname }) => hostname)
      : listAt(status, 'addresses').map(({ value }) => value);
  return names.flatMap((name) => (typeof name === 'string' && isHostname(name) ? [name] : []));
}
