export const agicPrefix = 'appgw.ingress.kubernetes.io/';

interface Shape {
  readonly rule: string;
  readonly type: 'TEXT' | 'BOOLEAN' | 'INTEGER' | 'LIST';
  readonly least?: number;
  readonly most?: number;
}

/** AGIC-40 to AGIC-65: every annotation of AGIC, how it is written, and the numbers that do something. */
export const agicAnnotations = {
  'backend-path-prefix': { rule: 'AGIC-40', type: 'TEXT' },
  'backend-hostname': { rule: 'AGIC-41', type: 'TEXT' },
  'backend-protocol': { rule: 'AGIC-42', type: 'TEXT' },
  'ssl-redirect': { rule: 'AGIC-43', type: 'BOOLEAN' },
  'appgw-ssl-certificate': { rule: 'AGIC-44', type: 'TEXT' },
  'appgw-trusted-root-certificate': { rule: 'AGIC-45', type: 'LIST' },
  'appgw-ssl-profile': { rule: 'AGIC-46', type: 'TEXT' },
  'connection-draining': { rule: 'AGIC-47', type: 'BOOLEAN' },
  'connection-draining-timeout': { rule: 'AGIC-48', type: 'INTEGER', least: 0, most: 3_600 },
  'cookie-based-affinity': { rule: 'AGIC-49', type: 'BOOLEAN' },
  'cookie-based-affinity-distinct-name': { rule: 'AGIC-50', type: 'BOOLEAN' },
  'request-timeout': { rule: 'AGIC-51', type: 'INTEGER', least: 1, most: 86_400 },
  'override-frontend-port': { rule: 'AGIC-52', type: 'INTEGER', least: 1, most: 64_999 },
  'use-private-ip': { rule: 'AGIC-53', type: 'BOOLEAN' },
  'waf-policy-for-path': { rule: 'AGIC-54', type: 'TEXT' },
  'health-probe-hostname': { rule: 'AGIC-55', type: 'TEXT' },
  'health-probe-port': { rule: 'AGIC-56', type: 'INTEGER', least: 1, most: 65_535 },
  'health-probe-path': { rule: 'AGIC-57', type: 'TEXT' },
  'health-probe-status-codes': { rule: 'AGIC-58', type: 'LIST' },
  'health-probe-interval': { rule: 'AGIC-59', type: 'INTEGER', least: 1, most: 86_400 },
  'health-probe-timeout': { rule: 'AGIC-60', type: 'INTEGER', least: 1, most: 86_400 },
  'health-probe-unhealthy-threshold': { rule: 'AGIC-61', type: 'INTEGER', least: 1, most: 20 },
  'rewrite-rule-set': { rule: 'AGIC-62', type: 'TEXT' },
  'rewrite-rule-set-custom-resource': { rule: 'AGIC-63', type: 'TEXT' },
  'hostname-extension': { rule: 'AGIC-64', type: 'LIST' },
  'rule-priority': { rule: 'AGIC-65', type: 'INTEGER', least: 1, most: 20_000 },
} as const satisfies Readonly<Record<string, Shape>>;

type Table = typeof agicAnnotations;
export type AgicAnnotation = keyof Table;
export type AgicNumber = { [N in AgicAnnotation]: Table[N]['type'] extends 'INTEGER' ? N : never }[AgicAnnotation];
type Value = { readonly TEXT: string; readonly BOOLEAN: boolean; readonly INTEGER: number; readonly LIST: readonly string[] };

/** What an Ingress asks of AGIC beside its rules, typed. */
export type AgicAnnotations = { readonly [N in AgicAnnotation]?: Value[Table[N]['type']] | undefined };

/** As Kubernetes holds them: texts, lists with commas; what is undefined is left out. */
export function writtenAnnotations(annotations: AgicAnnotations): Record<string, string> {
  return Object.fromEntries(
    Object.entries(annotations)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [agicPrefix + name, Array.isArray(value) ? value.join(',') : String(value)]),
  );
}
