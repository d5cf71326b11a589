import { Inject } from '@nestjs/common';
import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Caller, type CallContext, connectionOf, parseRequest, Role } from '@podspan/platform';
import type { PoolView } from '../pools/pool-schemas.js';
import { ChangeThresholds } from '../thresholds/change-thresholds.js';
import { ThresholdBody, ThresholdPatch } from '../thresholds/threshold-schemas.js';
import { ChangeWebhooks } from '../webhooks/change-webhooks.js';
import { DeliveryQuery, WebhookBody, WebhookPatch, type WebhookView } from '../webhooks/webhook-schemas.js';
import { given, orNull, pageArgs } from './arguments.js';
import { outcome, removed } from './mutations.resolver.js';

type Outcome = ReturnType<typeof removed>;

@Resolver('Webhook')
export class WebhooksResolver {
  constructor(@Inject(ChangeWebhooks) private readonly change: ChangeWebhooks) {}

  @Query('webhooks')
  @Role('admin')
  async webhooks(@Caller() call: CallContext, @Args('first') first: number, @Args('after') after?: string): Promise<unknown> {
    return connectionOf(await this.change.page(call.actor, pageArgs(first, after)));
  }

  @Query('webhook')
  @Role('admin')
  webhook(@Caller() call: CallContext, @Args('name') name: string): Promise<WebhookView | null> {
    return orNull(this.change.one(call.actor, name));
  }

  @ResolveField('deliveries')
  async deliveries(
    @Caller() call: CallContext,
    @Parent() { id }: WebhookView,
    @Args() args: { first?: number; after?: string; status?: string },
  ): Promise<unknown> {
    const query = parseRequest(DeliveryQuery, given({ limit: args.first, cursor: args.after, status: args.status }));
    return connectionOf(await this.change.deliveries(call.actor, id, query));
  }

  @Mutation('createWebhook')
  @Role('admin')
  createWebhook(@Caller() call: CallContext, @Args('input') input: unknown): Outcome {
    return outcome('Webhook', () => this.change.create(call, parseRequest(WebhookBody, input)));
  }

  @Mutation('updateWebhook')
  @Role('admin')
  updateWebhook(@Caller() call: CallContext, @Args('webhook') key: string, @Args('input') input: unknown): Outcome {
    return outcome('Webhook', () => this.change.patch(call, key, parseRequest(WebhookPatch, input)));
  }

  @Mutation('deleteWebhook')
  @Role('admin')
  deleteWebhook(@Caller() call: CallContext, @Args('webhook') key: string): Outcome {
    return removed(this.change.delete(call, key));
  }

  @Mutation('renewWebhookSecret')
  @Role('admin')
  renewWebhookSecret(@Caller() call: CallContext, @Args('webhook') key: string): Outcome {
    return outcome('Webhook', () => this.change.renewSecret(call, key));
  }

  @Mutation('testWebhook')
  @Role('admin')
  testWebhook(@Caller() call: CallContext, @Args('webhook') key: string): Outcome {
    return outcome('WebhookDelivery', () => this.change.test(call, key));
  }

  @Mutation('redeliverWebhook')
  @Role('admin')
  redeliverWebhook(@Caller() call: CallContext, @Args('webhook') key: string, @Args('delivery') delivery: string): Outcome {
    return outcome('WebhookDelivery', () => this.change.redeliver(call, key, delivery));
  }
}

@Resolver('Pool')
export class ThresholdsResolver {
  constructor(@Inject(ChangeThresholds) private readonly change: ChangeThresholds) {}

  @ResolveField('thresholds')
  async thresholds(
    @Caller() call: CallContext,
    @Parent() { id }: PoolView,
    @Args('first') first: number,
    @Args('after') after?: string,
  ): Promise<unknown> {
    return connectionOf(await this.change.page(call.actor, id, pageArgs(first, after)));
  }

  @Mutation('createThreshold')
  createThreshold(@Caller() call: CallContext, @Args('pool') pool: string, @Args('input') input: unknown): Outcome {
    return outcome('PoolThreshold', () => this.change.create(call, pool, parseRequest(ThresholdBody, input)));
  }

  @Mutation('updateThreshold')
  updateThreshold(
    @Caller() call: CallContext,
    @Args('pool') pool: string,
    @Args('threshold') id: string,
    @Args('input') input: unknown,
  ): Outcome {
    return outcome('PoolThreshold', () => this.change.patch(call, pool, id, parseRequest(ThresholdPatch, input)));
  }

  @Mutation('deleteThreshold')
  deleteThreshold(@Caller() call: CallContext, @Args('pool') pool: string, @Args('threshold') id: string): Outcome {
    return removed(this.change.delete(call, pool, id));
  }
}
