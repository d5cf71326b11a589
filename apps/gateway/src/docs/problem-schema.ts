/** `application/problem+json` as every service answers it. */
export const PROBLEM_SCHEMA = {
  type: 'object',
  description: 'RFC 9457. The facts of the failure are further members.',
  required: ['type', 'title', 'status', 'code', 'detail', 'instance', 'traceId'],
  additionalProperties: true,
  properties: {
    type: { type: 'string', example: 'urn:podspan:problem:pool_exhausted' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'Stable, lower_snake', example: 'pool_exhausted' },
    detail: { type: 'string' },
    instance: { type: 'string' },
    traceId: { type: 'string' },
    errors: {
      type: 'array',
      description: 'Everything that is wrong with the request, not the first thing only',
      items: {
        type: 'object',
        required: ['path', 'code', 'message'],
        properties: {
          path: { type: 'string', example: 'clusters[3].nodePools[0].maxPods' },
          code: { type: 'string', example: 'max_pods_out_of_range' },
          message: { type: 'string' },
          value: {},
          conflictsWith: {},
          suggestion: { type: 'string' },
          rule: { type: 'string', example: 'OV-13' },
        },
      },
    },
  },
};
