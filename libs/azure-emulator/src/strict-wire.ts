import { badRequest } from './arm-error.js';
import { objectAt, objectsAt, type JsonObject } from './json.js';
import type { WireFields } from './resource-types/resource-type.js';

const everywhere = ['id', 'name', 'type', 'location', 'tags', 'properties', 'etag', 'eTag', 'systemData'];

/** Refuses members that the type's newest stable schema does not have, at the top, under `properties` and in the lists it names. */
export function checkWire(fields: WireFields, body: JsonObject): void {
  const unknown = [
    ...stray(body, [...everywhere, ...fields.top], ''),
    ...stray(objectAt(body, 'properties') ?? {}, ['provisioningState', ...fields.properties], 'properties.'),
    ...Object.entries(fields.lists ?? {}).flatMap(([list, known]) =>
      objectsAt(body, 'properties', list).flatMap((item, index) =>
        stray(item, ['name', 'provisioningState', ...known], `properties.${list}[${index}].`),
      ),
    ),
  ];
  if (unknown.length === 0) return;
  throw badRequest(
    'InvalidRequestContent',
    `The request content is not valid: unknown members ${unknown.map((name) => `'${name}'`).join(', ')}.`,
    {
      target: unknown[0] ?? '',
      details: unknown.map((target) => ({ code: 'UnknownMember', message: `Could not find member '${target}' on the object.`, target })),
    },
  );
}

const stray = (value: JsonObject, known: readonly string[], prefix: string): string[] =>
  Object.keys(value)
    .filter((name) => !known.includes(name))
    .map((name) => prefix + name);
