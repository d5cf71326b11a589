import { contains, rangeOf } from '../ip-range.js';
import { objectAt, textAt, type JsonObject } from '../json.js';
import type { Resource } from '../resource-store.js';
import { isOverlay, podCidrsOf, podModeOf, refuse } from './cluster-network.js';

const notAllowed = (target: string, why = ''): Error =>
  refuse('PropertyChangeNotAllowed', `Changing property '${target}' is not allowed.${why}`, target);

/** What a PUT may change of an existing cluster. Nothing said is nothing changed. */
export function checkClusterChange(existing: Resource, properties: JsonObject): void {
  const said = textAt(properties, 'dnsPrefix');
  if (said !== undefined && said !== textAt(existing.hidden, 'dnsPrefix')) throw notAllowed('properties.dnsPrefix');
  const group = textAt(properties, 'nodeResourceGroup');
  if (group !== undefined && group !== textAt(existing.hidden, 'nodeGroup')) throw notAllowed('properties.nodeResourceGroup');
  const before: JsonObject = { networkProfile: objectAt(existing.hidden, 'networkProfile') ?? {} };
  const after: JsonObject = { networkProfile: { ...objectAt(before, 'networkProfile'), ...objectAt(properties, 'networkProfile') } };
  checkSame(before, after, 'serviceCidr');
  checkSame(before, after, 'dnsServiceIP');
  checkMode(before, after);
  checkDataplane(before, after);
  checkPodCidr(before, after);
}

function checkSame(before: JsonObject, after: JsonObject, member: string): void {
  const [old, now] = [textAt(before, 'networkProfile', member), textAt(after, 'networkProfile', member)];
  if (old !== undefined && old !== now) throw notAllowed(`properties.networkProfile.${member}`);
}

/** The only way between pod networks leads to overlay, and not together with a change of the data plane. */
function checkMode(before: JsonObject, after: JsonObject): void {
  if (podModeOf(before) === podModeOf(after)) return;
  const target = 'properties.networkProfile.networkPluginMode';
  if (!isOverlay(after)) throw notAllowed(target, ' A cluster can only be moved to overlay, never back.');
  const [from, to] = [before, after].map((value) => textAt(value, 'networkProfile', 'networkDataplane') ?? 'azure');
  if (from !== to)
    throw notAllowed('properties.networkProfile.networkDataplane', ' The pod network and the data plane cannot change in one operation.');
}

/** Cilium needs an Azure CNI: kubenet moves to overlay first. */
function checkDataplane(before: JsonObject, after: JsonObject): void {
  const [from, to] = [before, after].map((value) => textAt(value, 'networkProfile', 'networkDataplane') ?? 'azure');
  if (from === to) return;
  const target = 'properties.networkProfile.networkDataplane';
  if (from === 'cilium') throw notAllowed(target, ' The Cilium data plane cannot be left.');
  if (podModeOf(after) === 'kubenet') throw notAllowed(target, ' The Cilium data plane needs Azure CNI.');
}

/** On overlay the pod CIDR can be widened, so that it contains what it was. */
function checkPodCidr(before: JsonObject, after: JsonObject): void {
  if (!isOverlay(before) || !isOverlay(after)) return;
  const [old, now] = [rangeOf(podCidrsOf(before)[0]), rangeOf(podCidrsOf(after)[0])];
  if (old && now && !contains(now, old)) throw notAllowed('properties.networkProfile.podCidr', ' It can only be expanded.');
}
