import { badRequest } from './arm-error.js';
import type { ArmRequest, ArmResponse } from './arm-request.js';
import type { Target } from './arm-target.js';
import { checkConditions, conditionsOf } from './conditional-requests.js';
import { objectAt } from './json.js';
import { bodyOf, locksOf } from './write-checks.js';
import { existing } from './read-resources.js';
import type { World } from './world.js';

/** PATCH replaces the whole set of tags; nothing else can be patched. Done at once. */
export function patchTags(world: World, target: Extract<Target, { kind: 'resource' }>, request: ArmRequest): ArmResponse {
  const resource = existing(world, target);
  checkConditions(conditionsOf(request), resource.etag, target.type.strictConditions === true);
  const running = world.operations.holding(locksOf(target.type, resource.id, world.store.get(resource.parentKey)));
  if (running) throw target.type.busy(running, resource.id);
  const tags = objectAt(bodyOf(request), 'tags');
  if (!target.type.tags || !tags) throw badRequest('InvalidRequestContent', "Only 'tags' can be patched.");
  resource.tags = tags;
  resource.etag = world.newEtag(resource.key);
  world.store.touch();
  return { status: 200, body: world.view(resource), accepted: 'update' };
}
