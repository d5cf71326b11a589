import { type CustomScalar, Scalar } from '@nestjs/graphql';
import { Address, Cidr } from '@podspan/cidr';
import { DomainError } from '@podspan/errors';
import { GraphQLError, type ValueNode, valueFromASTUntyped } from 'graphql';

function read<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof DomainError) throw new GraphQLError(error.message, { extensions: { code: error.code, errors: error.problems } });
    throw error;
  }
}

/** Resolvers get canonical text: the value has been a valid range once, here. */
@Scalar('Cidr')
export class CidrScalar implements CustomScalar<string, string> {
  readonly description = 'An IPv4 or IPv6 range without host bits, such as 10.40.0.0/22';
  parseValue = (value: unknown): string => read(() => Cidr.parse(String(value)).toString());
  parseLiteral = (node: ValueNode): string => this.parseValue(valueFromASTUntyped(node));
  serialize = (value: unknown): string => String(value);
}

@Scalar('IPAddress')
export class IpAddressScalar implements CustomScalar<string, string> {
  readonly description = 'An IPv4 or IPv6 address';
  parseValue = (value: unknown): string => read(() => Address.parse(String(value)).toString());
  parseLiteral = (node: ValueNode): string => this.parseValue(valueFromASTUntyped(node));
  serialize = (value: unknown): string => String(value);
}

@Scalar('DateTime')
export class DateTimeScalar implements CustomScalar<string, string> {
  readonly description = 'An instant, RFC 3339 in UTC';
  parseValue = (value: unknown): string => {
    const time = typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? new Date(value) : undefined;
    if (!time || Number.isNaN(time.getTime()))
      throw new GraphQLError(`${String(value)} is not an RFC 3339 time`, { extensions: { code: 'invalid_value' } });
    return time.toISOString();
  };
  parseLiteral = (node: ValueNode): string => this.parseValue(valueFromASTUntyped(node));
  serialize = (value: unknown): string => (value instanceof Date ? value.toISOString() : String(value));
}

@Scalar('JSON')
export class JsonScalar implements CustomScalar<unknown, unknown> {
  readonly description = 'Any JSON value';
  parseValue = (value: unknown): unknown => value;
  parseLiteral = (node: ValueNode, variables?: Record<string, unknown> | null): unknown => valueFromASTUntyped(node, variables);
  serialize = (value: unknown): unknown => value;
}

export const scalarProviders = [CidrScalar, IpAddressScalar, DateTimeScalar, JsonScalar];
