/**
 * A member that an admin put into a mesh although its pod range overlaps another's. The constraint of the mesh cannot hold it, so it
 * stands outside until the overlap ends; every open overlap is a conflict (NET-22).
 */
export const forcedMembers = `
alter table mesh_member add column forced boolean not null default false;
`;
