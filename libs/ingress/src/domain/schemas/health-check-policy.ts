/**
 * HealthCheckPolicy, `alb.networking.azure.io/v1`, written from the documented fields and limits of the ALB Controller's
 * API (custom health probe page and API specification, as of 2026-08; AGC-63). Stricter than the CRD where the
 * controller refuses later: `override` is missing, numbers are positive, codes lie in 100..599.
 */
export const healthCheckPolicySchema = {
  $id: 'alb.networking.azure.io/v1/HealthCheckPolicy',
  type: 'object',
  additionalProperties: false,
  required: ['apiVersion', 'kind', 'metadata', 'spec'],
  properties: {
    apiVersion: { const: 'alb.networking.azure.io/v1' },
    kind: { const: 'HealthCheckPolicy' },
    metadata: {
      type: 'object',
      additionalProperties: false,
      required: ['name', 'namespace'],
      properties: {
        name: { type: 'string', maxLength: 253, pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$' },
        namespace: { $ref: '#/$defs/label' },
        labels: { type: 'object', additionalProperties: { type: 'string', maxLength: 63 } },
      },
    },
    spec: {
      type: 'object',
      additionalProperties: false,
      required: ['targetRef', 'default'],
      properties: {
        targetRef: {
          type: 'object',
          additionalProperties: false,
          required: ['group', 'kind', 'name'],
          properties: {
            group: { const: '' },
            kind: { const: 'Service' },
            name: { $ref: '#/$defs/label' },
            namespace: { $ref: '#/$defs/label' },
            sectionNames: { type: 'array', items: { type: 'string', minLength: 1 } },
          },
        },
        default: { $ref: '#/$defs/config' },
      },
    },
  },
  $defs: {
    label: { type: 'string', minLength: 1, maxLength: 63, pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$' },
    seconds: { type: 'string', pattern: '^[1-9][0-9]*s$' },
    code: { type: 'integer', minimum: 100, maximum: 599 },
    config: {
      type: 'object',
      additionalProperties: false,
      oneOf: [{ required: ['http'] }, { required: ['grpc'] }],
      properties: {
        interval: { $ref: '#/$defs/seconds' },
        timeout: { $ref: '#/$defs/seconds' },
        port: { type: 'integer', minimum: 1, maximum: 65_535 },
        healthyThreshold: { type: 'integer', minimum: 1 },
        unhealthyThreshold: { type: 'integer', minimum: 1 },
        useTLS: { type: 'boolean' },
        http: {
          type: 'object',
          additionalProperties: false,
          properties: {
            host: { type: 'string', minLength: 1 },
            path: { type: 'string', pattern: '^/' },
            match: {
              type: 'object',
              additionalProperties: false,
              properties: {
                body: { type: 'string' },
                statusCodes: {
                  type: 'array',
                  minItems: 1,
                  items: {
                    type: 'object',
                    additionalProperties: false,
                    required: ['start', 'end'],
                    properties: { start: { $ref: '#/$defs/code' }, end: { $ref: '#/$defs/code' } },
                  },
                },
              },
            },
          },
        },
        grpc: {
          type: 'object',
          additionalProperties: false,
          properties: { authority: { type: 'string' }, service: { type: 'string' } },
        },
      },
    },
  },
} as const;
