/** Search walks ranges in address order; audit events are asked for by who and when. */
export const search = `
create index discovered_range_order on discovered_range (cidr, id);
create index audit_event_actor on audit_event (actor, seq);
create index audit_event_at on audit_event (at, seq);
`;
