/** Where the translated objects are to run. */
export interface TargetOptions {
  /** Gateway API objects, or Ingress and IngressExtension. */
  readonly api: 'GATEWAY' | 'INGRESS';
  readonly deployment: ByoDeployment | ManagedDeployment;
  /** Namespace of input objects that name none, as `kubectl apply` would take the current one. */
  readonly namespace: string;
  /** Ingress classes taken for AGIC's beside its own. */
  readonly agicClasses: readonly string[];
}

/** AGC-41: ARM objects exist; a Gateway names the trafficController and one frontend. */
export interface ByoDeployment {
  readonly kind: 'BYO';
  readonly albId: string;
  /** The first serves the first Gateway, and so on; missing names are made up from the first. */
  readonly frontends: readonly string[];
}

/** AGC-40: the ALB Controller makes the ARM objects for an ApplicationLoadBalancer in this subnet. */
export interface ManagedDeployment {
  readonly kind: 'MANAGED';
  readonly subnetId: string;
}

export const loadBalancerName = 'application-gateway';
