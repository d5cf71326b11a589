import { Inject } from '@nestjs/common';
import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { Caller, type CallContext, parseRequest } from '@podspan/platform';
import { ApplyTopology } from '../plans/apply-topology.js';
import { ChangeLinks } from '../topology/change-links.js';
import { ChangeMeshes } from '../topology/change-meshes.js';
import { ChangeNetworks } from '../topology/change-networks.js';
import { CreateAddressSpace, DeleteAddressSpace } from '../topology/change-spaces.js';
import { AddressSpaceBody, MeshBody, NetworkPatch } from '../topology/topology-schemas.js';
import { outcome, removed } from './mutations.resolver.js';

type Outcome = ReturnType<typeof removed>;

@Resolver()
export class SpaceMutations {
  constructor(
    @Inject(CreateAddressSpace) private readonly create: CreateAddressSpace,
    @Inject(DeleteAddressSpace) private readonly remove: DeleteAddressSpace,
    @Inject(ApplyTopology) private readonly apply: ApplyTopology,
  ) {}

  @Mutation('createAddressSpace')
  createAddressSpace(@Caller() call: CallContext, @Args('input') input: unknown): Outcome {
    return outcome('AddressSpace', () => this.create.execute(call, parseRequest(AddressSpaceBody, input)));
  }

  @Mutation('deleteAddressSpace')
  deleteAddressSpace(@Caller() call: CallContext, @Args('addressSpace') space: string): Outcome {
    return removed(this.remove.execute(call, space));
  }

  @Mutation('applyTopology')
  applyTopology(@Caller() call: CallContext, @Args('input') input: unknown): Outcome {
    return outcome('TopologyChanges', () => this.apply.execute(call, input));
  }
}

@Resolver()
export class NetworkMutations {
  constructor(
    @Inject(ChangeNetworks) private readonly networks: ChangeNetworks,
    @Inject(ChangeLinks) private readonly links: ChangeLinks,
  ) {}

  @Mutation('createNetwork')
  createNetwork(@Caller() call: CallContext, @Args('input') input: unknown, @Args('force') force: boolean): Outcome {
    return outcome('Network', () => this.networks.create(call, input, force));
  }

  @Mutation('updateNetwork')
  updateNetwork(
    @Caller() call: CallContext,
    @Args('network') network: string,
    @Args('input') input: unknown,
    @Args('force') force: boolean,
  ): Outcome {
    return outcome('Network', () => this.networks.patch(call, network, parseRequest(NetworkPatch, input), force));
  }

  @Mutation('deleteNetwork')
  deleteNetwork(@Caller() call: CallContext, @Args('network') network: string): Outcome {
    return removed(this.networks.delete(call, network));
  }

  @Mutation('createLink')
  createLink(@Caller() call: CallContext, @Args('input') input: unknown, @Args('force') force: boolean): Outcome {
    return outcome('Link', () => this.links.create(call, input, force));
  }

  @Mutation('deleteLink')
  deleteLink(@Caller() call: CallContext, @Args('link') link: string): Outcome {
    return removed(this.links.delete(call, link));
  }
}

@Resolver()
export class MeshMutations {
  constructor(@Inject(ChangeMeshes) private readonly meshes: ChangeMeshes) {}

  @Mutation('createMesh')
  createMesh(@Caller() call: CallContext, @Args('input') input: unknown): Outcome {
    return outcome('Mesh', () => this.meshes.create(call, parseRequest(MeshBody, input)));
  }

  @Mutation('joinMesh')
  joinMesh(
    @Caller() call: CallContext,
    @Args('mesh') mesh: string,
    @Args('cluster') cluster: string,
    @Args('force') force: boolean,
  ): Outcome {
    return outcome('Mesh', () => this.meshes.join(call, mesh, cluster, force));
  }

  @Mutation('leaveMesh')
  leaveMesh(
    @Caller() call: CallContext,
    @Args('mesh') mesh: string,
    @Args('cluster') cluster: string,
    @Args('force') force: boolean,
  ): Outcome {
    return removed(this.meshes.leave(call, mesh, cluster, force));
  }
}
