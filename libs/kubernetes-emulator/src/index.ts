export { albController, type AlbControllerOptions } from './alb-controller.js';
export type { Cluster } from './cluster.js';
export { clusterKey, startKubernetes, type Kubernetes, type KubernetesOptions } from './start-kubernetes.js';
export type { KubeObject } from './kube-object.js';
