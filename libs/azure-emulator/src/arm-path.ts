/** The parts of an ARM URL path. Types and names keep the caller's casing; compare with `keyOf`. */
export interface ArmPath {
  readonly subscription?: string;
  readonly resourceGroup?: string;
  readonly namespace?: string;
  /** Type segments and names by turns; one more type than names is a collection or an action. */
  readonly types: readonly string[];
  readonly names: readonly string[];
  /** For an extension resource: the id of what it is attached to, `''` for the tenant. */
  readonly scope?: string;
}

export const keyOf = (id: string): string => id.toLowerCase().replace(/\/+/g, '/').replace(/\/$/, '');

/** Splits a path; tolerates doubled and trailing slashes and any casing of the fixed words. */
export function parseArmPath(path: string): ArmPath {
  const segments = path.split('/').filter((segment) => segment !== '');
  const lastProviders = segments.map((segment) => segment.toLowerCase()).lastIndexOf('providers');
  const scope = lastProviders < 0 ? segments : segments.slice(0, lastProviders);
  const [namespace, ...rest] = lastProviders < 0 ? [] : segments.slice(lastProviders + 1);
  const isScope = (word: string, index: number): string | undefined =>
    scope[index]?.toLowerCase() === word ? scope[index + 1] : undefined;
  const subscription = isScope('subscriptions', 0);
  const resourceGroup = isScope('resourcegroups', 2);
  return {
    ...(subscription === undefined ? {} : { subscription }),
    ...(resourceGroup === undefined ? {} : { resourceGroup }),
    ...(namespace === undefined ? {} : { namespace }),
    types: rest.filter((_, index) => index % 2 === 0),
    names: rest.filter((_, index) => index % 2 === 1),
    scope: scope.length === 0 ? '' : `/${scope.join('/')}`,
  };
}

/** Subscription of any id or path, lower case. */
export const subscriptionOf = (id: string): string | undefined => /^\/*subscriptions\/([^/?]+)/i.exec(id)?.[1]?.toLowerCase();
