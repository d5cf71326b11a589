import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiQuery } from '@nestjs/swagger';

/** What every write takes, in OpenAPI. */
export function KeyedWrite(dryRun = 'Do everything, keep nothing, answer 200'): MethodDecorator {
  return applyDecorators(
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      schema: { type: 'string', minLength: 1, maxLength: 255 },
      description: 'The same key with the same request answers what was answered first, for 24 hours',
    }),
    ApiQuery({ name: 'dryRun', required: false, schema: { type: 'boolean' }, description: dryRun }),
  );
}

/** A write to what has an ETag, in OpenAPI. */
export function GuardedWrite(): MethodDecorator {
  return applyDecorators(
    ApiHeader({
      name: 'If-Match',
      required: false,
      schema: { type: 'string' },
      description: 'The ETag of what was read: 412 where it has changed since',
    }),
  );
}
