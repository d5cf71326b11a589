import { namespaceSchema } from './namespace.js';
import type { SchemaBundle } from './bundles.js';

const text = { type: 'string', minLength: 1 } as const;
const host = {
  type: 'string',
  maxLength: 253,
  pattern: '^(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
} as const;
const closed = { type: 'object', additionalProperties: false } as const;

const port = {
  ...closed,
  properties: { name: { type: 'string', minLength: 1, maxLength: 15 }, number: { type: 'integer', minimum: 1, maximum: 65_535 } },
  oneOf: [{ required: ['name'] }, { required: ['number'] }],
};
const backend = {
  ...closed,
  required: ['service'],
  properties: { service: { ...closed, required: ['name', 'port'], properties: { name: { ...text, maxLength: 63 }, port } } },
};
const path = {
  ...closed,
  required: ['path', 'pathType', 'backend'],
  properties: { path: { type: 'string', pattern: '^/' }, pathType: { enum: ['Exact', 'Prefix', 'ImplementationSpecific'] }, backend },
};

/**
 * What the API server itself serves, which no CRD describes: written from the Kubernetes API reference and the checks of
 * networking/v1 validation (1.34, 2025-08).
 */
export const core: SchemaBundle = {
  source: 'https://kubernetes.io/docs/reference/kubernetes-api/',
  revision: 'v1.34',
  date: '2025-08-27',
  licence: 'Apache-2.0',
  schemas: [
    { group: '', version: 'v1', kind: 'Namespace', schema: namespaceSchema },
    {
      group: 'networking.k8s.io',
      version: 'v1',
      kind: 'Ingress',
      schema: {
        ...closed,
        required: ['metadata', 'spec'],
        properties: {
          apiVersion: { type: 'string' },
          kind: { type: 'string' },
          metadata: { type: 'object' },
          spec: {
            ...closed,
            properties: {
              ingressClassName: text,
              defaultBackend: backend,
              tls: { type: 'array', items: { ...closed, properties: { hosts: { type: 'array', items: host }, secretName: text } } },
              rules: {
                type: 'array',
                items: {
                  ...closed,
                  properties: {
                    host,
                    http: { ...closed, required: ['paths'], properties: { paths: { type: 'array', minItems: 1, items: path } } },
                  },
                },
              },
            },
            anyOf: [{ required: ['rules'] }, { required: ['defaultBackend'] }],
          },
        },
      },
    },
  ],
};
