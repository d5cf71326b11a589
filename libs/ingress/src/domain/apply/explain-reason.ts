/** What a reason in a status means for traffic, and what to do about it. */
export interface Explanation {
  readonly text: string;
  readonly rule: string | null;
}

const serverError = 'requests that match the rule are answered 500';

/** AGC-56 and 4.7; the other reasons are those of the Gateway API. */
const explanations: Readonly<Record<string, Explanation>> = {
  InvalidKind: { text: `the route names a backend that is not a Service; ${serverError}`, rule: 'AGC-56' },
  BackendNotFound: {
    text: `the Service, or its port, is not in the cluster; ${serverError}. Create it, or correct its name, namespace or port in the route`,
    rule: 'AGC-56',
  },
  RefNotPermitted: {
    text: `the object is in another namespace and no ReferenceGrant there permits the reference; ${serverError}. Apply the manifests again: Podspan writes the grant`,
    rule: 'AGC-56',
  },
  OverrideNotSupported: { text: 'policies of AGC take `default` only; `override` is refused', rule: 'AGC-60' },
  InvalidCertificateRef: { text: 'the Secret of the certificate is missing, or is not of type kubernetes.io/tls', rule: 'AGC-56' },
  NoMatchingParent: { text: 'no listener of the Gateway takes the route', rule: null },
  NoMatchingListenerHostname: { text: 'no listener of the Gateway has a host of the route', rule: null },
  NotAllowedByListeners: { text: "the listeners do not allow routes of the route's namespace", rule: null },
  UnsupportedProtocol: { text: 'AGC listens with HTTP and HTTPS only', rule: 'AGC-51' },
  PortUnavailable: { text: 'AGC listens on ports 80 and 443 only', rule: 'AGC-51' },
  UnsupportedAddress: { text: 'the Gateway names a frontend that the trafficController does not have', rule: 'AGC-41' },
  AddressNotUsable: { text: 'another Gateway or Ingress uses the frontend: one serves one only', rule: 'AGC-19' },
};

export function explain(reason: string): Explanation | null {
  return explanations[reason] ?? null;
}

/** Nothing was said yet, where it may be hours. */
export const silent: Explanation = {
  text: 'the ALB Controller has said nothing about the object: is it installed, at a version that knows the cluster (AGC-24), and do its identity and roles hold (AGC-31)? With overlay also look at the state of the OverlayExtensionConfig',
  rule: 'AGC-27',
};
