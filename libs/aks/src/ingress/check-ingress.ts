import type { Problem } from '@podspan/errors';
import type { ClusterInput } from '../cluster/cluster-input.js';
import { isAtLeast } from '../cluster/versions.js';
import { type Findings, problem } from '../findings.js';
import { agcPorts, checkAgcLimits, checkAgcRegion, LEAST_KUBERNETES_FOR_AGC, unsupportedPort, unsupportedPrivateFrontend } from './agc.js';

/** What can be judged of a cluster's ingress before addresses are known: region, version, frontends, ports. */
export function checkIngress({ ingress, region, kubernetesVersion }: ClusterInput): Findings {
  if (ingress?.kind !== 'AGC') return { problems: [], warnings: [] };
  const { frontendPorts = [], privateFrontend, frontends = 1 } = ingress;
  const problems = [
    ...checkAgcRegion(region),
    ...checkVersion(kubernetesVersion),
    ...checkAgcLimits({ frontends: typeof frontends === 'number' ? frontends : frontends.length }, (limit) => `ingress.${limit}`),
    ...frontendPorts.flatMap((port, index) => (agcPorts.includes(port) ? [] : [unsupportedPort(`ingress.frontendPorts[${index}]`, port)])),
    ...(privateFrontend === true ? [unsupportedPrivateFrontend('ingress.privateFrontend', true)] : []),
  ];
  return { problems, warnings: [] };
}

/** AGC-32. */
function checkVersion(kubernetesVersion: string | undefined): readonly Problem[] {
  if (kubernetesVersion === undefined || isAtLeast(kubernetesVersion, LEAST_KUBERNETES_FOR_AGC)) return [];
  const message = `AGC needs Kubernetes ${LEAST_KUBERNETES_FOR_AGC}`;
  const facts = {
    value: kubernetesVersion,
    conflictsWith: LEAST_KUBERNETES_FOR_AGC,
    suggestion: LEAST_KUBERNETES_FOR_AGC,
  };
  return [problem({ path: 'kubernetesVersion', code: 'kubernetes_version_too_old', rule: 'AGC-32', message, ...facts })];
}
