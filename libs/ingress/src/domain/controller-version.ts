import type { Problem } from '@podspan/errors';
import type { RenderedGateway } from './gateway-intent.js';
import { gatewayApiOf, gatewayApiVersions, oldestGatewayApi } from './schemas/bundles.js';

/** AGC-32: release notes of the ALB Controller as of 2026-11. Rows above 1.9.11 come from excerpts. */
const releases = [
  { from: '1.7.9', to: '1.10.27', gatewayApi: 'v1.2.1', kubernetes: '1.27' },
  { from: '1.11.1', to: '1.11.3', gatewayApi: 'v1.5.1', kubernetes: '1.27' },
  { from: '1.12.1', to: '1.12.4', gatewayApi: 'v1.5.1', kubernetes: '1.32' },
  { from: '1.13.0', to: '1.13.0', gatewayApi: 'v1.6.2', kubernetes: '1.32' },
] as const;

/** Overlay at GA. Below it routes are not programmed and nothing says so (AGC-24). */
const leastForOverlay = '1.7.9';

/** What to install in the cluster: a chart, its version and values. Two pods that nobody scales (AGC-30). */
export interface ControllerRelease {
  readonly chart: string;
  readonly namespace: string;
  readonly version: string;
  readonly gatewayApiVersion: string;
}

export function controllerRelease(kubernetesVersion: string | undefined, wanted?: string): ControllerRelease {
  const row = wanted === undefined ? newestFor(kubernetesVersion) : releaseOf(wanted);
  return {
    chart: 'oci://mcr.microsoft.com/application-lb/charts/alb-controller',
    namespace: 'azure-alb-system',
    version: wanted ?? row.to,
    gatewayApiVersion: row.gatewayApi,
  };
}

/**
 * What a gateway's objects are for: the controller of the chart, and the CRDs it asks for (AGC-32). A bundle newer than those
 * we hold is judged by the newest we do, since the standard channel only grows.
 */
export function targetOf(
  kubernetesVersion: string | undefined,
  wanted?: string,
): Pick<RenderedGateway, 'controllerVersion' | 'gatewayApi'> {
  const { version, gatewayApiVersion } = controllerRelease(kubernetesVersion, wanted);
  const held = gatewayApiVersions.findLast((bundle) => compareVersions(bundle.slice(1), gatewayApiVersion.slice(1)) <= 0);
  return { controllerVersion: version, gatewayApi: held ?? oldestGatewayApi };
}

/** AGC-32, AGC-43: the cluster's version decides about the add-on's controller and about the CRDs that AKS manages. */
export function addOnRelease(kubernetesVersion: string | undefined): Omit<ControllerRelease, 'chart'> {
  const minor = minorOf(kubernetesVersion);
  return { namespace: 'kube-system', version: minor >= 36 ? '1.11.x' : '1.10.x', gatewayApiVersion: gatewayApiOf(minor) };
}

/** What the oldest patch of the add-on's version can do. */
export function targetOfAddOn(kubernetesVersion: string | undefined): Pick<RenderedGateway, 'controllerVersion' | 'gatewayApi'> {
  const minor = minorOf(kubernetesVersion);
  return { controllerVersion: minor >= 36 ? '1.11.1' : '1.10.0', gatewayApi: gatewayApiOf(minor) };
}

/** The add-on's version is the cluster's to choose. */
export function checkNoControllerVersion(version: string, kubernetesVersion: string | undefined): readonly Problem[] {
  return [
    {
      path: 'controllerVersion',
      code: 'agc_controller_version_fixed',
      message: `AKS chooses the version of the add-on's ALB Controller: ${addOnRelease(kubernetesVersion).version} for Kubernetes ${kubernetesVersion ?? 'of this cluster'}`,
      value: version,
      conflictsWith: 'deployment ADDON',
      suggestion: 'leave it out, or deployment MANAGED',
      rule: 'AGC-32',
    },
  ];
}

function minorOf(kubernetesVersion = ''): number {
  return Number(/^1\.(\d+)/.exec(kubernetesVersion)?.[1] ?? 0);
}

export function checkControllerVersion(version: string, kubernetesVersion: string | undefined, overlay: boolean): readonly Problem[] {
  const path = 'controllerVersion';
  if (!/^\d+\.\d+\.\d+$/.test(version)) return [{ path, code: 'invalid_format', message: 'a version such as 1.10.27', value: version }];
  if (overlay && compareVersions(version, leastForOverlay) < 0) {
    const message = `overlay needs ALB Controller ${leastForOverlay} or newer; below it backends stay unreachable`;
    return [{ path, code: 'agc_controller_too_old', message, value: version, suggestion: newestFor(kubernetesVersion).to, rule: 'AGC-24' }];
  }
  const { kubernetes } = releaseOf(version);
  if (kubernetesVersion === undefined || compareVersions(kubernetesVersion, kubernetes) >= 0) return [];
  const message = `ALB Controller ${version} needs Kubernetes ${kubernetes} or newer`;
  return [
    {
      path,
      code: 'agc_controller_too_new',
      message,
      value: version,
      conflictsWith: kubernetesVersion,
      suggestion: newestFor(kubernetesVersion).to,
      rule: 'AGC-32',
    },
  ];
}

type Release = (typeof releases)[number];

function newestFor(kubernetesVersion: string | undefined): Release {
  const fitting = releases.filter(
    ({ kubernetes }) => kubernetesVersion !== undefined && compareVersions(kubernetesVersion, kubernetes) >= 0,
  );
  return fitting.at(-1) ?? releases[0];
}

/** The row a version falls in; between two rows the lower one. */
function releaseOf(version: string): Release {
  return releases.findLast(({ from }) => compareVersions(version, from) >= 0) ?? releases[0];
}

/** Below 0: `a` is older. A missing part is like any. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number)) as [number[], number[]];
  const at = left.findIndex((part, index) => right[index] !== undefined && part !== right[index]);
  return at < 0 ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
}
