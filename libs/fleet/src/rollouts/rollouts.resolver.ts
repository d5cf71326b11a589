import { Inject } from '@nestjs/common';
import { Args, Parent, Query, ResolveField, Resolver, ResolveReference, Subscription } from '@nestjs/graphql';
import { NotFound } from '@podspan/errors';
import { Caller, type CallContext, connectionOf, type ReachOf, withReach } from '@podspan/platform';
import { ReadRollouts } from './read-rollouts.js';
import type { EventView, ItemDetails, ItemView, RolloutView } from './views.js';

const streamEveryMs = 250;

export const REACH_OF = Symbol('what a caller reaches');

type Connection<T> = ReturnType<typeof connectionOf<T>>;

@Resolver('Rollout')
export class RolloutsResolver {
  constructor(
    private readonly readRollouts: ReadRollouts,
    @Inject(REACH_OF) private readonly reachOf: ReachOf,
  ) {}

  @Query('rollouts')
  async rollouts(
    @Args('first') first: number,
    @Args('after') after?: string,
    @Args('lifecycle') lifecycle?: string,
  ): Promise<Connection<RolloutView>> {
    return connectionOf(
      await this.readRollouts.list({ limit: limitOf(first), cursor: after ?? undefined, lifecycle: lifecycle ?? undefined }),
    );
  }

  @Query('rollout')
  rollout(@Args('name') name: string): Promise<RolloutView | null> {
    return orNull(this.readRollouts.one(name).then(({ view }) => view));
  }

  @ResolveReference()
  reference({ name }: { readonly name: string }): Promise<RolloutView | null> {
    return this.rollout(name);
  }

  @ResolveField('items')
  async items(@Parent() { id }: RolloutView, @Args('first') first: number, @Args('after') after?: string): Promise<Connection<ItemView>> {
    return connectionOf(await this.readRollouts.itemsOf(id, { limit: limitOf(first), cursor: after ?? undefined }));
  }

  @ResolveField('item')
  item(@Parent() { id }: RolloutView, @Args('cluster') cluster: string): Promise<ItemDetails | null> {
    return orNull(this.readRollouts.item(id, cluster));
  }

  @Subscription('rolloutEvents', { resolve: (event: EventView) => event })
  async rolloutEvents(
    @Args('rollout') rollout: string,
    @Args('afterSequence') afterSequence: number | null,
    @Caller() { actor, authorization }: CallContext,
  ): Promise<AsyncGenerator<EventView>> {
    const gone = new AbortController();
    // A socket has no request that would be kept within reach.
    const reach = actor.spaces === '*' ? undefined : await this.reachOf(authorization);
    const options = { everyMs: streamEveryMs, signal: gone.signal };
    const batches = await withReach(reach, () => this.readRollouts.follow(rollout, afterSequence ?? 0, options));
    return oneByOne(batches, gone);
  }
}

async function* oneByOne(batches: AsyncGenerator<readonly EventView[]>, gone: AbortController): AsyncGenerator<EventView> {
  try {
    for await (const batch of batches) yield* batch;
  } finally {
    gone.abort();
  }
}

export function limitOf(first: number | null | undefined): number {
  return Math.min(1000, Math.max(1, first ?? 50));
}

export async function orNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof NotFound) return null;
    throw error;
  }
}
