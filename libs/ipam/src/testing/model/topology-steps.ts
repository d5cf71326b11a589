import { differs, done } from './answers.js';
import type { Takers } from './model-run.js';
import { blockIn, clusterOf, networks, ownPrefix } from './model-world.js';

const topology = ['topology_conflict', 'in_use', 'in_another_mesh', 'not_found', 'invalid_request', 'validation_failed'];

/** Whether a clash is seen is judged from nothing after the step; that it may be refused is all the model knows. */
export const topologySteps: Takers<'prefixes' | 'link' | 'unlink' | 'plan' | 'releasePlan' | 'growPods' | 'joinMesh' | 'leaveMesh'> = {
  async prefixes(run, { network, places: found, isSix, isForced }) {
    const name = networks[network]!;
    const blocks = found.map((place) => blockIn(isSix ? 6 : 4, place));
    const apart = blocks.filter((block, index) => !blocks.slice(0, index).some((other) => other.overlaps(block)));
    const body = { prefixes: [ownPrefix[name], ...apart.map(String)] };
    const answer = await run.bench.patch(`/v1/networks/${name}${isForced ? '?force=true' : ''}`, body);
    if (done(`prefixes of ${name}`, answer, topology) && !name.startsWith('spoke')) run.estate.foreign.set(name, apart);
  },

  async link(run, { from, to, kind, isForced }) {
    if (from === to) return;
    const body = { from: networks[from], to: networks[to], kind };
    const answer = await run.bench.post(`/v1/links${isForced ? '?force=true' : ''}`, body);
    if (done('link', answer, topology) && answer.status === 201) run.links.push(answer.body.id);
  },

  async unlink(run, { which }) {
    const [id] = run.links.splice(which % Math.max(1, run.links.length), 1);
    if (id !== undefined) done('unlink', await run.bench.delete(`/v1/links/${id}`), []);
  },

  async plan(run, { cluster, network, isUnique, isApart }) {
    const pools = { nodeSubnet: 'nodes', podCidr: isApart ? 'alone' : 'pods', serviceCidr: 'services' };
    const body = { name: `plan-${(run.names += 1)}`, clusters: [clusterOf(cluster, networks[network]!, isUnique)], pools };
    const answer = await run.bench.post('/v1/address-plans', body);
    if (answer.status >= 500) throw differs('plan', answer, 'a plan or a reason');
    if (answer.status === 201) run.plans.push(answer.body.name);
  },

  async releasePlan(run, { which }) {
    const name = run.plans[which % Math.max(1, run.plans.length)];
    if (name !== undefined) done('release of a plan', await run.bench.post(`/v1/address-plans/${name}/release`), []);
  },

  async growPods(run, { cluster, by }) {
    const { body } = await run.bench.get(`/v1/allocations?owner=CLUSTER/aks-${cluster}&purpose=POD_CIDR&status=ACTIVE`);
    const [held] = body.items;
    if (!held) return;
    const prefixLength = Number(held.cidr.split('/')[1]) - by;
    const answer = await run.bench.post(`/v1/allocations/${held.id}/expand`, { prefixLength });
    if (answer.status >= 500) throw differs('growth of pods', answer, 'a wider range or a reason');
  },

  async joinMesh(run, { cluster, isForced }) {
    done('join', await run.bench.put(`/v1/meshes/mesh/members/aks-${cluster}${isForced ? '?force=true' : ''}`), topology);
  },

  async leaveMesh(run, { cluster, isForced }) {
    done('leave', await run.bench.delete(`/v1/meshes/mesh/members/aks-${cluster}${isForced ? '?force=true' : ''}`), topology);
  },
};
