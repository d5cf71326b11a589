import { Address, Cidr } from '@podspan/cidr';
import { AmbiguousRequest, DomainError, InvalidRequest } from '@podspan/errors';
import { type RawBuilder, sql } from 'kysely';

type Mode = 'contains' | 'within' | 'overlaps';

/**
 * What a search asks of a range, in a form that a B-tree in address order can serve: a stretch of the order, and the
 * few ranges that enclose it.
 */
export class RangeCondition {
  private constructor(
    readonly mode: Mode,
    readonly range: Cidr,
  ) {}

  /** @throws AmbiguousRequest unless exactly one of contains, within and overlaps is given */
  static of(query: Readonly<Partial<Record<Mode, string | undefined>>>): RangeCondition {
    const given = (['contains', 'within', 'overlaps'] as const).filter((mode) => query[mode] !== undefined);
    const [mode] = given;
    if (mode === undefined || given.length > 1) throw new AmbiguousRequest('send exactly one of contains, within and overlaps');
    return new RangeCondition(mode, placeOf(query[mode] ?? '', mode));
  }

  /** On any column of type cidr. */
  on(column: RawBuilder<unknown>): RawBuilder<boolean> {
    const operator = { contains: '>>=', within: '<<=', overlaps: '&&' }[this.mode];
    return sql<boolean>`${column} ${sql.raw(operator)} ${String(this.range)}::cidr`;
  }

  /** Of a column that is searched in address order: the ranges inside; undefined when only enclosing ones are asked for. */
  inside(column: RawBuilder<unknown>): RawBuilder<boolean> | undefined {
    if (this.mode === 'contains') return undefined;
    const last = Cidr.at(this.range.family, this.range.last, this.range.bits);
    return sql<boolean>`${column} >= ${String(this.range)}::cidr and ${column} <= ${String(last)}::cidr`;
  }

  /** The enclosing ranges; of `contains` the range itself too, which is otherwise among those inside. */
  around(column: RawBuilder<unknown>): RawBuilder<boolean> {
    const { range } = this;
    const count = this.mode === 'contains' ? range.length + 1 : range.length;
    return sql<boolean>`${column} = any(${Array.from({ length: count }, (_, length) => String(Cidr.around(range.firstAddress, length)))}::cidr[])`;
  }
}

/** An address or a range. @throws InvalidRequest at `path` */
function placeOf(text: string, path: string): Cidr {
  try {
    if (text.includes('/') || path !== 'contains') return Cidr.parse(text);
    const address = Address.parse(text);
    return Cidr.at(address.family, address.value, address.family === 4 ? 32 : 128);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    throw new InvalidRequest(error.problems.map((problem) => ({ ...problem, path })));
  }
}
