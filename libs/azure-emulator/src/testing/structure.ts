import { isObject, type Json } from '../json.js';

export interface Exception {
  /** Member path, array positions left out: `properties.agentPoolProfiles.mode`. */
  readonly path: string;
  readonly because: string;
}

const typeOf = (value: Json): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);

/**
 * What the sample has and ours lacks or has as another JSON type. Values are not compared; what ours has beyond the
 * sample is fine. Ids and identity keys are names of members and compared without regard to their casing.
 */
export function differences(sample: Json, ours: Json | undefined, exceptions: readonly Exception[], path = ''): string[] {
  if (exceptions.some((exception) => exception.path === path)) return [];
  if (ours === undefined) return [`${path} is missing`];
  if (typeOf(sample) !== typeOf(ours)) return [`${path} is ${typeOf(ours)}, not ${typeOf(sample)}`];
  if (Array.isArray(sample) && Array.isArray(ours)) {
    return sample.flatMap((item, index) => differences(item, ours[index], exceptions, path));
  }
  if (!isObject(sample) || !isObject(ours)) return [];
  const found = new Map(Object.entries(ours).map(([name, value]) => [name.startsWith('/') ? name.toLowerCase() : name, value]));
  return Object.entries(sample).flatMap(([name, value]) =>
    differences(value, found.get(name.startsWith('/') ? name.toLowerCase() : name), exceptions, path === '' ? name : `${path}.${name}`),
  );
}
