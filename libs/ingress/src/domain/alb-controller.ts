import { addOnRelease, controllerRelease, targetOfAddOn, targetOf } from './controller-version.js';
import type { Deployment, RenderedGateway } from './gateway-intent.js';

/** AGC-30, AGC-42: what has to run in the cluster, once, before the manifests are applied. */
export interface AlbController {
  /** OCI reference of the Helm chart; null where AKS installs it. */
  readonly chart: string | null;
  readonly namespace: string;
  /** Exact for the chart; of the add-on AKS chooses the patch: `1.10.x`. */
  readonly version: string;
  readonly gatewayApiVersion: string;
  /** For `helm --values`; null until the identity exists, and always for the add-on. */
  readonly values: AlbControllerValues | null;
}

export interface AlbControllerValues {
  readonly albController: { readonly namespace: string; readonly podIdentity: { readonly clientID: string } };
}

export interface ControllerNeed {
  readonly deployment: Deployment;
  readonly kubernetesVersion: string | undefined;
  /** A certain version of the chart; the newest that fits by default. */
  readonly wanted?: string | undefined;
  /** Of the identity that the controller signs in with. */
  readonly clientId?: string | undefined;
}

/** The same for BYO and MANAGED: one chart, one identity; who makes the trafficController is told by the manifests. */
export function albController({ deployment, kubernetesVersion, wanted, clientId }: ControllerNeed): AlbController {
  if (deployment === 'ADDON') return { chart: null, values: null, ...addOnRelease(kubernetesVersion) };
  const release = controllerRelease(kubernetesVersion, wanted);
  const { namespace } = release;
  return { ...release, values: clientId === undefined ? null : { albController: { namespace, podIdentity: { clientID: clientId } } } };
}

/** Version and CRDs that the gateway's objects are written for. */
export function renderedFor({
  deployment,
  kubernetesVersion,
  wanted,
}: Omit<ControllerNeed, 'clientId'>): Pick<RenderedGateway, 'controllerVersion' | 'gatewayApi'> {
  return deployment === 'ADDON' ? targetOfAddOn(kubernetesVersion) : targetOf(kubernetesVersion, wanted);
}
