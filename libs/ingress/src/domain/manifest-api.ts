/** Which Kubernetes API the routes of a gateway are written in. */
export const manifestApis = ['GATEWAY', 'INGRESS'] as const;
export type ManifestApi = (typeof manifestApis)[number];
