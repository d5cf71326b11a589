/**
 * What lists of allocations look for alone, without a price for taking a block. Measured with 300,000 rows and 50,000 more at 50 µs each:
 * - what ended, by status: no new block is in this index;
 * - labels: only rows that have some, 2 µs each;
 * - purpose: a summary of each few pages in place of an entry for each row, 1 µs instead of the 6 of a B-tree. A purpose that few have
 *   or nobody has is found in a millisecond or two. One that is common only among the youngest still reads those before them.
 * And take_blocks goes, which nobody calls since allocate_blocks is there.
 */
export const rareFilters = `
create index allocation_ended_page on allocation (status, id) where not holding;
create index allocation_labels on allocation using gin (labels) where labels <> '{}';
create index allocation_purpose on allocation using brin (purpose text_bloom_ops (n_distinct_per_range = 64))
  with (pages_per_range = 16, autosummarize = on);
drop function take_blocks(uuid[], int[], int[], int[], text[]);
`;
