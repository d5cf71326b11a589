import type { Cidr } from '@podspan/cidr';

export interface PlacedRow {
  readonly no: number;
  readonly cidr: Cidr;
}

/**
 * Which rows overlap an earlier row of the file: of two that do, the later one gives way. Ranges overlap only where one holds
 * the other, so one walk in the order of addresses finds all.
 * @param rows of one pool, by first address, the longer range (shorter prefix) first
 * @returns for each row that gives way, one of the rows it gives way to
 */
export function overlapsInFile<Row extends PlacedRow>(rows: Iterable<Row>): ReadonlyMap<Row, Row> {
  const gives = new Map<Row, Row>();
  let around: Row[] = [];
  for (const row of rows) {
    around = around.filter(({ cidr }) => cidr.contains(row.cidr));
    const first = around.find(({ no }) => no < row.no);
    if (first) gives.set(row, first);
    for (const outer of around) if (outer.no > row.no && !gives.has(outer)) gives.set(outer, row);
    around.push(row);
  }
  return gives;
}
