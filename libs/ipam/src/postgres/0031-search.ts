/**
 * Search walks ranges in address order; audit events are asked for by who and when. They are written in the order of time,
 * so a summary per some pages finds a time, and no writer waits for another at the end of one more index.
 */
export const search = `
create index discovered_range_order on discovered_range (cidr, id);
create index audit_event_actor on audit_event (actor, seq);
create index audit_event_at on audit_event using brin (at) with (pages_per_range = 32, autosummarize = on);
`;
