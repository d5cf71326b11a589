import { Address, Cidr } from '@podspan/cidr';
import { DomainError } from '@podspan/errors';
import { z } from 'zod';

/** A canonical range of either family. Stays text; the domain parses it again into a Cidr. */
export const CidrText = z
  .string()
  .max(64)
  .superRefine((text, context) => refineBy(() => Cidr.parse(text), context))
  .meta({ id: 'Cidr', description: 'An IPv4 or IPv6 range without host bits, such as 10.40.0.0/22', examples: ['10.40.0.0/22'] });

/** One address of either family. */
export const IpAddressText = z
  .string()
  .max(64)
  .superRefine((text, context) => refineBy(() => Address.parse(text), context))
  .meta({ id: 'IPAddress', description: 'An IPv4 or IPv6 address', examples: ['10.40.0.10'] });

/** Instants are RFC 3339 in UTC. */
export const Instant = z.iso
  .datetime({ offset: true })
  // PostgreSQL and RFC 3339 calendars part before the first year.
  .refine((text) => !text.startsWith('0000'), { error: 'the year is 0001 to 9999' })
  .meta({ id: 'DateTime', description: 'RFC 3339, answered in UTC' });

/** A count of addresses as a decimal string: IPv6 counts exceed what JSON numbers hold. */
export const AddressCount = z
  .string()
  .regex(/^\d{1,40}$/)
  .meta({ description: 'A count of addresses as a decimal string' });

/** The name of a thing, unique per kind; wherever an id is accepted the name is too. */
export const Name = z
  .string()
  .min(1)
  .max(128)
  .regex(
    /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9_])?$/,
    'a name has letters, digits, dots, dashes and underscores, and starts with a letter or digit',
  );

/** The body of every failure, for the OpenAPI documents. */
export const ProblemView = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string().describe('Stable, lower_snake'),
    detail: z.string(),
    instance: z.string().optional(),
    traceId: z.string().optional(),
    errors: z
      .array(
        z.object({
          path: z.string().describe('Where in the request, such as clusters[3].nodePools[0].maxPods'),
          code: z.string(),
          message: z.string(),
          value: z.unknown().optional(),
          conflictsWith: z.unknown().optional(),
          suggestion: z.string().optional(),
          rule: z.string().optional().describe('The rule id, such as OV-23'),
        }),
      )
      .optional(),
  })
  .meta({ id: 'ProblemDocument' });

function refineBy(parse: () => unknown, context: z.RefinementCtx): void {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const [problem] = error.problems;
    // A text such as 10.0.0.0/33 is no range at all; invalid_prefix_length is for lengths that are asked for.
    const code = error.code === 'invalid_prefix_length' ? 'invalid_cidr' : error.code;
    context.addIssue({ code: 'custom', message: error.message, params: { code, suggestion: problem?.suggestion, rule: problem?.rule } });
  }
}
