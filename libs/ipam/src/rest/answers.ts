import { applyDecorators } from '@nestjs/common';
import { ApiDefaultResponse, ApiNoContentResponse, ApiResponse, ApiTags } from '@nestjs/swagger';
import { KeyedWrite, ProblemView } from '@podspan/platform';
import type { z } from 'zod';

const problem = ApiDefaultResponse({ standardSchema: ProblemView, description: 'application/problem+json' });

/** A read and its answer, in OpenAPI. */
export function Reads(schema: z.ZodType): MethodDecorator {
  return applyDecorators(ApiTags('ipam'), ApiResponse({ status: 200, standardSchema: schema }), problem);
}

/** A read that answers with a file, in OpenAPI. */
export function Streams(description: string, ...types: readonly string[]): MethodDecorator {
  const content = Object.fromEntries(types.map((type) => [type.split(';')[0], { schema: { type: 'string' } }]));
  return applyDecorators(ApiTags('ipam'), ApiResponse({ status: 200, description, content }), problem);
}

/** A write and its answers, in OpenAPI: `statuses` all carry the same body. */
export function Writes(schema: z.ZodType, ...statuses: readonly number[]): MethodDecorator {
  return applyDecorators(
    ApiTags('ipam'),
    ...statuses.map((status) => ApiResponse({ status, standardSchema: schema })),
    KeyedWrite(),
    problem,
  );
}

export function Removes(): MethodDecorator {
  return applyDecorators(ApiTags('ipam'), ApiNoContentResponse(), KeyedWrite(), problem);
}
