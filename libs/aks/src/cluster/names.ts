import type { Problem } from '@podspan/errors';
import { problem } from '../findings.js';

/** Objects with a name of their own in Azure. */
export type NamedKind =
  | 'MANAGED_CLUSTER'
  | 'LINUX_POOL'
  | 'WINDOWS_POOL'
  | 'DNS_PREFIX'
  | 'RESOURCE_GROUP'
  | 'NODE_RESOURCE_GROUP'
  | 'VIRTUAL_NETWORK'
  | 'SUBNET'
  | 'APPLICATION_GATEWAY'
  | 'IDENTITY'
  | 'AGC';

interface NameRule {
  readonly rule: string;
  readonly min: number;
  readonly max: number;
  readonly pattern: RegExp;
  /** Turns a refused name into one that may be legal; checked before it is suggested. */
  readonly repair: (name: string) => string;
}

const withoutOdd = (name: string): string => name.replace(/[^A-Za-z0-9-]/g, '-').replace(/^-+|-+$/g, '');
const poolName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .replace(/^\d+/, '');
const alphanumericEnds = /^[A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9_])?$/;
const groupName = /^[\p{L}\p{N}_().-]*[\p{L}\p{N}_()-]$/u;

const rules: Record<NamedKind, NameRule> = {
  MANAGED_CLUSTER: {
    rule: 'QUO-40',
    min: 1,
    max: 63,
    pattern: /^[a-zA-Z0-9]([-_a-zA-Z0-9]*[a-zA-Z0-9])?$/,
    repair: withoutOdd,
  },
  LINUX_POOL: { rule: 'QUO-41', min: 1, max: 12, pattern: /^[a-z][a-z0-9]*$/, repair: poolName },
  WINDOWS_POOL: { rule: 'QUO-41', min: 1, max: 6, pattern: /^[a-z][a-z0-9]*$/, repair: poolName },
  DNS_PREFIX: {
    rule: 'QUO-42',
    min: 1,
    max: 54,
    pattern: /^[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?$/,
    repair: withoutOdd,
  },
  RESOURCE_GROUP: { rule: 'QUO-43', min: 1, max: 90, pattern: groupName, repair: withoutOdd },
  NODE_RESOURCE_GROUP: { rule: 'QUO-44', min: 1, max: 80, pattern: groupName, repair: withoutOdd },
  VIRTUAL_NETWORK: { rule: 'QUO-45', min: 2, max: 64, pattern: alphanumericEnds, repair: withoutOdd },
  SUBNET: { rule: 'QUO-45', min: 1, max: 80, pattern: alphanumericEnds, repair: withoutOdd },
  APPLICATION_GATEWAY: { rule: 'QUO-46', min: 1, max: 80, pattern: alphanumericEnds, repair: withoutOdd },
  IDENTITY: { rule: 'QUO-47', min: 3, max: 128, pattern: /^[A-Za-z0-9][-_A-Za-z0-9]*$/, repair: withoutOdd },
  AGC: { rule: 'QUO-48', min: 1, max: 64, pattern: /^[A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9])?$/, repair: withoutOdd },
};

/** QUO-40 to QUO-49: length, letters and reserved words of a name. */
export function checkName(kind: NamedKind, name: string, path = 'name'): readonly Problem[] {
  const { rule, min, max, pattern } = rules[kind];
  const faults = faultsOf(kind, name);
  if (faults.length === 0) return [];
  const reserved = reservedWord(name);
  const onlyReserved = faults.length === 1 && reserved !== undefined;
  return [
    problem({
      path,
      code: 'name_invalid',
      rule: onlyReserved ? 'QUO-49' : rule,
      message: `'${name}' ${faults.join(' and ')}`,
      value: name,
      conflictsWith: onlyReserved ? reserved : `${min} to ${max} characters, ${String(pattern)}`,
      suggestion: suggestionFor(kind, name),
    }),
  ];
}

/** Whether Azure takes the name. */
export function isName(kind: NamedKind, name: string): boolean {
  return faultsOf(kind, name).length === 0;
}

function faultsOf(kind: NamedKind, name: string): readonly string[] {
  const { min, max, pattern } = rules[kind];
  const reserved = reservedWord(name);
  return [
    ...(name.length < min || name.length > max ? [`has ${name.length} characters where ${min} to ${max} are possible`] : []),
    ...(pattern.test(name) ? [] : [`does not match ${String(pattern)}`]),
    ...(reserved === undefined ? [] : [`uses the reserved word ${reserved}`]),
  ];
}

function suggestionFor(kind: NamedKind, name: string): string | undefined {
  const { max, repair } = rules[kind];
  // Cut twice: a cut may leave a hyphen at the end, which the repair takes away.
  const candidate = repair(repair(name).slice(0, max));
  return isName(kind, candidate) ? candidate : undefined;
}

/** MICROSOFT and WINDOWS anywhere, LOGIN and XBOX at the start (QUO-49). */
function reservedWord(name: string): string | undefined {
  const upper = name.toUpperCase();
  return ['MICROSOFT', 'WINDOWS'].find((word) => upper.includes(word)) ?? ['LOGIN', 'XBOX'].find((word) => upper.startsWith(word));
}

const LABEL_LENGTH = 63;
const labelValue = /^[A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9])?$/;

/** OV-113: with a subnet of one's own, the names of subnet, network and its resource group become node labels. */
export function checkNodeLabelName(name: string, path: string): readonly Problem[] {
  if (name.length > LABEL_LENGTH) {
    const message = `'${name}' has ${name.length} characters; as a node label it may have ${LABEL_LENGTH}`;
    const suggestion = withoutOdd(name.slice(0, LABEL_LENGTH));
    return [
      problem({
        path,
        code: 'name_too_long_for_node_label',
        rule: 'OV-113',
        message,
        value: name,
        conflictsWith: LABEL_LENGTH,
        suggestion,
      }),
    ];
  }
  if (labelValue.test(name)) return [];
  const message = `'${name}' becomes a node label and is no valid label value`;
  return [
    problem({
      path,
      code: 'name_invalid',
      rule: 'OV-113',
      message,
      value: name,
      conflictsWith: String(labelValue),
      suggestion: withoutOdd(name),
    }),
  ];
}

/**
 * The resource group AKS makes for the nodes. When the conventional name is too long (QUO-44) a shorter one is
 * given, which must then be sent; the same input always gives the same name.
 */
export function nodeResourceGroupName(resourceGroup: string, cluster: string, region: string): string {
  const conventional = `MC_${resourceGroup}_${cluster}_${region}`;
  const { max } = rules.NODE_RESOURCE_GROUP;
  if (conventional.length <= max) return conventional;
  const digest = fnv1a(conventional).toString(16).padStart(8, '0');
  return `${conventional.slice(0, max - digest.length - 1)}_${digest}`;
}

/** FNV-1a, 32 bits: tells apart names that share their first characters. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}
