import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { Caller, type CallContext, type Page, PageQuery, pageOf, Role, type WriteResult } from '@podspan/platform';
import { ChangeThresholds } from '../thresholds/change-thresholds.js';
import { ThresholdBody, ThresholdPatch, ThresholdView } from '../thresholds/threshold-schemas.js';
import { Reference } from '../topology/topology-schemas.js';
import { ChangeWebhooks } from '../webhooks/change-webhooks.js';
import { DeliveryQuery, DeliveryView, WebhookBody, WebhookPatch, WebhookView } from '../webhooks/webhook-schemas.js';
import { Reads, Removes, Writes } from './answers.js';

@Controller('v1/webhooks')
@Role('admin')
export class WebhooksController {
  constructor(@Inject(ChangeWebhooks) private readonly change: ChangeWebhooks) {}

  @Post()
  @Writes(WebhookView, 201)
  createWebhook(@Caller() call: CallContext, @Body({ schema: WebhookBody }) body: WebhookBody): Promise<WriteResult<WebhookView>> {
    return this.change.create(call, body);
  }

  @Get()
  @Reads(pageOf(WebhookView, 'WebhookPage'))
  webhooks(@Caller() call: CallContext, @Query({ schema: PageQuery }) query: PageQuery): Promise<Page<WebhookView>> {
    return this.change.page(call.actor, query);
  }

  @Get(':webhook')
  @Reads(WebhookView)
  webhook(@Caller() call: CallContext, @Param('webhook', { schema: Reference }) key: string): Promise<WebhookView> {
    return this.change.one(call.actor, key);
  }

  @Patch(':webhook')
  @Writes(WebhookView, 200)
  patchWebhook(
    @Caller() call: CallContext,
    @Param('webhook', { schema: Reference }) key: string,
    @Body({ schema: WebhookPatch }) patch: WebhookPatch,
  ): Promise<WriteResult<WebhookView>> {
    return this.change.patch(call, key, patch);
  }

  @Delete(':webhook')
  @Removes()
  deleteWebhook(@Caller() call: CallContext, @Param('webhook', { schema: Reference }) key: string): Promise<WriteResult<null>> {
    return this.change.delete(call, key);
  }

  @Post(':webhook/renew-secret')
  @Writes(WebhookView, 200)
  renewWebhookSecret(@Caller() call: CallContext, @Param('webhook', { schema: Reference }) key: string): Promise<WriteResult<WebhookView>> {
    return this.change.renewSecret(call, key);
  }

  @Post(':webhook/test')
  @HttpCode(202)
  @Writes(DeliveryView, 202)
  testWebhook(@Caller() call: CallContext, @Param('webhook', { schema: Reference }) key: string): Promise<WriteResult<DeliveryView>> {
    return this.change.test(call, key);
  }

  @Get(':webhook/deliveries')
  @Reads(pageOf(DeliveryView, 'DeliveryPage'))
  webhookDeliveries(
    @Caller() call: CallContext,
    @Param('webhook', { schema: Reference }) key: string,
    @Query({ schema: DeliveryQuery }) query: DeliveryQuery,
  ): Promise<Page<DeliveryView>> {
    return this.change.deliveries(call.actor, key, query);
  }

  @Post(':webhook/deliveries/:delivery/redeliver')
  @HttpCode(202)
  @Writes(DeliveryView, 202)
  redeliverWebhook(
    @Caller() call: CallContext,
    @Param('webhook', { schema: Reference }) key: string,
    @Param('delivery', { schema: Reference }) delivery: string,
  ): Promise<WriteResult<DeliveryView>> {
    return this.change.redeliver(call, key, delivery);
  }
}

@Controller('v1/pools/:pool/thresholds')
export class ThresholdsController {
  constructor(@Inject(ChangeThresholds) private readonly thresholds: ChangeThresholds) {}

  @Post()
  @Writes(ThresholdView, 201)
  createThreshold(
    @Caller() call: CallContext,
    @Param('pool', { schema: Reference }) pool: string,
    @Body({ schema: ThresholdBody }) body: ThresholdBody,
  ): Promise<WriteResult<ThresholdView>> {
    return this.thresholds.create(call, pool, body);
  }

  @Get()
  @Reads(pageOf(ThresholdView, 'ThresholdPage'))
  poolThresholds(
    @Caller() call: CallContext,
    @Param('pool', { schema: Reference }) pool: string,
    @Query({ schema: PageQuery }) query: PageQuery,
  ): Promise<Page<ThresholdView>> {
    return this.thresholds.page(call.actor, pool, query);
  }

  @Get(':threshold')
  @Reads(ThresholdView)
  poolThreshold(
    @Caller() call: CallContext,
    @Param('pool', { schema: Reference }) pool: string,
    @Param('threshold', { schema: Reference }) id: string,
  ): Promise<ThresholdView> {
    return this.thresholds.one(call.actor, pool, id);
  }

  @Patch(':threshold')
  @Writes(ThresholdView, 200)
  patchThreshold(
    @Caller() call: CallContext,
    @Param('pool', { schema: Reference }) pool: string,
    @Param('threshold', { schema: Reference }) id: string,
    @Body({ schema: ThresholdPatch }) patch: ThresholdPatch,
  ): Promise<WriteResult<ThresholdView>> {
    return this.thresholds.patch(call, pool, id, patch);
  }

  @Delete(':threshold')
  @Removes()
  deleteThreshold(
    @Caller() call: CallContext,
    @Param('pool', { schema: Reference }) pool: string,
    @Param('threshold', { schema: Reference }) id: string,
  ): Promise<WriteResult<null>> {
    return this.thresholds.delete(call, pool, id);
  }
}
