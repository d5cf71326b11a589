/** What a caller may do; each role includes the ones before it. */
export const ROLES = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who is calling, and over which address spaces their role reaches. */
export interface Actor {
  readonly subject: string;
  readonly role: Role;
  readonly spaces: '*' | readonly string[];
}

export function hasRole(actor: Actor, needed: Role): boolean {
  return ROLES.indexOf(actor.role) >= ROLES.indexOf(needed);
}

/** Whether the actor's role holds in an address space. `names` are the space's id and name. */
export function reaches(actor: Actor, ...names: readonly string[]): boolean {
  return actor.spaces === '*' || actor.spaces.some((space) => names.includes(space));
}
