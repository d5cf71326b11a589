import type { Problem } from '@podspan/errors';
import { compareVersions } from '../controller-version.js';
import type { Deployment } from '../gateway-intent.js';
import type { AgicOptions } from './agic-gateway.js';
import { namedTargets } from './prohibited-targets.js';

/** AGIC-20: 1.8.0 knows overlay, 1.8.1 detects it by the label that nodes carry today. */
const leastForOverlay = '1.8.0';
const usual = '1.8.1';

/** What has to run in the cluster before the manifests are applied. */
export interface AgicRelease {
  /** Null where AKS installs it. */
  readonly chart: string | null;
  readonly namespace: string;
  readonly version: string;
  /** Helm values; null until the identity exists, and for the add-on. */
  readonly values: Readonly<Record<string, unknown>> | null;
}

interface Wanted {
  readonly gateway: string;
  readonly deployment: Deployment;
  readonly namespace: string;
  readonly wanted: string | undefined;
  readonly applicationGateway: string;
  readonly options: AgicOptions;
  readonly clientId: string | undefined;
}

export function agicRelease({ gateway, deployment, namespace, wanted, applicationGateway, options, clientId }: Wanted): AgicRelease {
  // AGIC-01: the add-on is updated by AKS.
  if (deployment === 'ADDON') return { chart: null, namespace: 'kube-system', version: 'by AKS', values: null };
  return {
    chart: 'oci://mcr.microsoft.com/azure-application-gateway/charts/ingress-azure',
    namespace,
    version: wanted ?? usual,
    values: clientId === undefined ? null : valuesOf(gateway, applicationGateway, options, clientId),
  };
}

/**
 * AGIC-02. The class is the chart's own. `shared` without targets would make the chart prohibit everything (AGIC-30); its
 * objects have names of their own, since Helm takes over none that somebody else has made.
 */
function valuesOf(
  name: string,
  applicationGatewayID: string,
  { prohibitedTargets, watchNamespaces, reconcileSeconds }: AgicOptions,
  clientId: string,
): Readonly<Record<string, unknown>> {
  return {
    appgw: {
      applicationGatewayID,
      ...(prohibitedTargets.length === 0 ? {} : { shared: true, prohibitedTargets: namedTargets({ name, prohibitedTargets }, 'chart') }),
    },
    armAuth: { type: 'workloadIdentity', identityClientID: clientId },
    rbac: { enabled: true },
    kubernetes: {
      ingressClassResource: {
        name: 'azure-application-gateway',
        enabled: true,
        default: false,
        controllerValue: 'azure/application-gateway',
      },
      ...(watchNamespaces ? { watchNamespace: watchNamespaces.join(',') } : {}),
    },
    ...(reconcileSeconds === undefined ? {} : { reconcilePeriodSeconds: reconcileSeconds }),
  };
}

export function checkAgicVersion(version: string, overlay: boolean): readonly Problem[] {
  const path = 'controllerVersion';
  if (!/^\d+\.\d+\.\d+$/.test(version)) return [{ path, code: 'invalid_format', message: 'a version such as 1.8.1', value: version }];
  if (!overlay || compareVersions(version, leastForOverlay) >= 0) return [];
  const message = `overlay needs AGIC ${leastForOverlay} or newer; below it pods stay unreachable`;
  return [{ path, code: 'agic_controller_too_old', message, value: version, suggestion: usual, rule: 'AGIC-20' }];
}
