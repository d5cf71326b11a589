import { type CustomScalar, Scalar } from '@nestjs/graphql';
import { type ValueNode, valueFromASTUntyped } from 'graphql';

/**
 * Input passes as it was sent: the zod schema of the request judges it, as over REST, so that a range with host bits is a typed problem
 * of the mutation with its path and suggestion, beside every other problem, and not an error of the whole document.
 */
const asSent = {
  parseValue: (value: unknown): unknown => value,
  parseLiteral: (node: ValueNode, variables?: Record<string, unknown> | null): unknown => valueFromASTUntyped(node, variables),
};

@Scalar('Cidr')
export class CidrScalar implements CustomScalar<string, unknown> {
  readonly description = 'An IPv4 or IPv6 range without host bits, such as 10.40.0.0/22';
  parseValue = asSent.parseValue;
  parseLiteral = asSent.parseLiteral;
  serialize = (value: unknown): string => String(value);
}

@Scalar('IPAddress')
export class IpAddressScalar implements CustomScalar<string, unknown> {
  readonly description = 'An IPv4 or IPv6 address';
  parseValue = asSent.parseValue;
  parseLiteral = asSent.parseLiteral;
  serialize = (value: unknown): string => String(value);
}

@Scalar('DateTime')
export class DateTimeScalar implements CustomScalar<string, unknown> {
  readonly description = 'An instant, RFC 3339 in UTC';
  parseValue = asSent.parseValue;
  parseLiteral = asSent.parseLiteral;
  serialize = (value: unknown): string => (value instanceof Date ? value.toISOString() : String(value));
}

@Scalar('JSON')
export class JsonScalar implements CustomScalar<unknown, unknown> {
  readonly description = 'Any JSON value';
  parseValue = asSent.parseValue;
  parseLiteral = asSent.parseLiteral;
  serialize = (value: unknown): unknown => value;
}

export const scalarProviders = [CidrScalar, IpAddressScalar, DateTimeScalar, JsonScalar];
