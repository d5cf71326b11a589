/**
 * pool.quotas: `[{ownerKind?, ownerId?, maxAddresses?, maxAllocations?}]`, what one owner may hold in the pool at most.
 * Nothing is counted beside the rows: what an owner holds is read from its own live rows, under the pool's exclusive lock.
 */
export const quotas = `
alter table pool add column quotas jsonb not null default '[]' check (jsonb_typeof(quotas) = 'array');
`;
