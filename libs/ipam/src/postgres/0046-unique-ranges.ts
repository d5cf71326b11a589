/**
 * Whether a reusable pool holds unique pod ranges is asked for every block that is taken from it directly, so the clusters that
 * have some are found by their range. Few rows: a shared cluster is in no such index.
 */
export const uniqueRanges = `
create index planned_cluster_unique on planned_cluster (space_id, pod_cidr) where status = 'ACTIVE' and scope = 'UNIQUE';
`;
