import { Cidr } from '@podspan/cidr';
import { AmbiguousRequest, InvalidRequest } from '@podspan/errors';

export interface ExpansionRequest {
  readonly prefixLength?: number | undefined;
  readonly cidr?: Cidr | undefined;
}

/**
 * The block an allocation grows to: always one that holds all of it (OV-100). Without a wish, the next larger.
 * @throws DomainError `ambiguous_request`, `invalid_prefix_length`, `not_a_superset` (`pod_cidr_not_superset` for pod ranges)
 */
export function expansionTarget(current: Cidr, isPodRange: boolean, { prefixLength, cidr }: ExpansionRequest): Cidr {
  if (prefixLength !== undefined && cidr) throw new AmbiguousRequest('send prefixLength or cidr, not both');
  const target = cidr ?? around(current, prefixLength ?? current.length - 1);
  if (target.family === current.family && target.length < current.length && target.contains(current)) return target;
  const reason = target.equals(current)
    ? 'is no change of the block'
    : current.contains(target)
      ? 'shrinks the block'
      : 'does not hold all of the block';
  const suggestion = current.enclosing();
  throw new InvalidRequest([
    {
      path: cidr ? 'cidr' : 'prefixLength',
      code: isPodRange ? 'pod_cidr_not_superset' : 'not_a_superset',
      rule: 'OV-100',
      message: `${target} ${reason} ${current}; a block grows only to one around it`,
      value: String(target),
      conflictsWith: String(current),
      ...(suggestion ? { suggestion: String(suggestion) } : {}),
    },
  ]);
}

function around(current: Cidr, length: number): Cidr {
  if (Number.isInteger(length) && length >= 0 && length <= current.bits) return Cidr.around(current.firstAddress, length);
  throw new InvalidRequest([
    { path: 'prefixLength', code: 'invalid_prefix_length', message: `/${length} is no length of ${current}`, value: length },
  ]);
}
