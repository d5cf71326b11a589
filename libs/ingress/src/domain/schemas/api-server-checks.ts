/**
 * What the API server checks beside its definitions, which know types alone: written from validation of metadata, of core/v1 and of
 * networking/v1 in Kubernetes 1.35. A schema here closes nothing; it stands beside the definition of its kind.
 */
export const metadataChecks = {
  required: ['name'],
  properties: {
    name: { type: 'string', maxLength: 253, pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$' },
    namespace: { type: 'string', maxLength: 63, pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$' },
    labels: { additionalProperties: { type: 'string', pattern: '^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$' } },
  },
};

const text = { minLength: 1 };
const host = { maxLength: 253, pattern: '^(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$' };
const port = {
  properties: { name: { ...text, maxLength: 15 }, number: { minimum: 1, maximum: 65_535 } },
  oneOf: [{ required: ['name'] }, { required: ['number'] }],
};
const backend = {
  oneOf: [{ required: ['service'] }, { required: ['resource'] }],
  properties: { service: { required: ['port'], properties: { name: { ...text, maxLength: 63 }, port } } },
};
const path = {
  required: ['path'],
  properties: { path: { pattern: '^/' }, pathType: { enum: ['Exact', 'Prefix', 'ImplementationSpecific'] }, backend },
};

const ingress = {
  required: ['spec'],
  properties: {
    spec: {
      properties: {
        ingressClassName: text,
        defaultBackend: backend,
        tls: { items: { properties: { hosts: { items: host }, secretName: text } } },
        rules: { items: { properties: { host, http: { properties: { paths: { minItems: 1, items: path } } } } } },
      },
      anyOf: [{ required: ['rules'] }, { required: ['defaultBackend'] }],
    },
  },
};

const namespace = {
  properties: { metadata: { properties: { name: { maxLength: 63, pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$' } } } },
};

/** By apiVersion and kind. */
export const apiServerChecks: Readonly<Record<string, object>> = { 'networking.k8s.io/v1/Ingress': ingress, 'v1/Namespace': namespace };
