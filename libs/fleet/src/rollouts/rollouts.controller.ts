import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  type CallContext,
  Caller,
  decodeCursor,
  documented,
  KeyedWrite,
  type Page,
  pageOf,
  PageQuery,
  WriteResult,
} from '@podspan/platform';
import { InvalidRequest } from '@podspan/errors';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { eventStreamHeaders, writeEventStream } from './event-stream.js';
import { PlanRollout } from '../plan/plan-rollout.js';
import type { RolloutPlan } from '../plan/plan-view.js';
import { ReadRollouts } from './read-rollouts.js';
import { RolloutBody } from '../domain/rollout-request.js';
import { StartRollout } from '../start/start-rollout.js';
import { EventView, ItemDetails, ItemView, RolloutView } from './views.js';

const RolloutQuery = PageQuery.extend({
  lifecycle: z.enum(['PENDING', 'RUNNING', 'WAITING', 'PAUSED', 'STOPPING', 'DONE']).optional(),
  cluster: z.string().min(1).max(200).optional(),
});
const ItemQuery = PageQuery.extend({
  state: z.enum(['PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELED', 'SKIPPED']).optional(),
  wave: z.string().max(63).optional(),
});
const EventQuery = PageQuery.extend({ after: z.coerce.number().int().min(0).optional().describe('Only events after this sequence') });
const Key = z.string().min(1).max(200);

interface HttpReply {
  readonly raw: ServerResponse;
  header(name: string, value: string): HttpReply;
  hijack(): HttpReply;
}

/** How often a stream looks for news. */
const streamEveryMs = 250;

@ApiTags('Rollouts')
@Controller('v1/rollouts')
export class RolloutsController {
  constructor(
    private readonly startRollout: StartRollout,
    private readonly planRollout: PlanRollout,
    private readonly readRollouts: ReadRollouts,
  ) {}

  @Post()
  @KeyedWrite('Answers the whole plan (200) and keeps nothing')
  @ApiResponse({ status: 202, standardSchema: RolloutView })
  async createRollout(
    @Caller() call: CallContext,
    @Body({ schema: documented(RolloutBody) }) body: unknown,
  ): Promise<WriteResult<RolloutView | RolloutPlan>> {
    return call.dryRun ? WriteResult.ok(await this.planRollout.execute(body, call)) : this.startRollout.execute(body, call);
  }

  @Get()
  @ApiOkResponse({ standardSchema: pageOf(RolloutView, 'RolloutPage') })
  rollouts(@Query({ schema: RolloutQuery }) query: z.infer<typeof RolloutQuery>): Promise<Page<RolloutView>> {
    return this.readRollouts.list(query);
  }

  @Get(':rollout')
  @ApiOkResponse({ standardSchema: RolloutView })
  async rollout(@Param('rollout', { schema: Key }) rollout: string, @Res({ passthrough: true }) reply: HttpReply): Promise<RolloutView> {
    const { view, etag } = await this.readRollouts.one(rollout);
    reply.header('etag', etag);
    return view;
  }

  @Get(':rollout/items')
  @ApiOkResponse({ standardSchema: pageOf(ItemView, 'RolloutItemPage') })
  rolloutItems(
    @Param('rollout', { schema: Key }) rollout: string,
    @Query({ schema: ItemQuery }) query: z.infer<typeof ItemQuery>,
  ): Promise<Page<ItemView>> {
    return this.readRollouts.itemsOf(rollout, query);
  }

  @Get(':rollout/items/:item')
  @ApiOkResponse({ standardSchema: ItemDetails })
  rolloutItem(@Param('rollout', { schema: Key }) rollout: string, @Param('item', { schema: Key }) item: string): Promise<ItemDetails> {
    return this.readRollouts.item(rollout, item);
  }

  /** A page as JSON; with `Accept: text/event-stream` everything from `Last-Event-ID` (or `after`) on, as it happens. */
  @Get(':rollout/events')
  @HttpCode(200)
  @ApiProduces('application/json', 'text/event-stream')
  @ApiHeader({ name: 'Last-Event-ID', required: false, schema: { type: 'string' }, description: 'The last sequence a stream has told' })
  @ApiOkResponse({ standardSchema: pageOf(EventView, 'RolloutEventPage') })
  async rolloutEvents(
    @Param('rollout', { schema: Key }) rollout: string,
    @Query({ schema: EventQuery }) { limit, cursor, after }: z.infer<typeof EventQuery>,
    @Headers() headers: Readonly<Record<string, string | undefined>>,
    @Req() request: { readonly raw: IncomingMessage },
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<Page<EventView> | undefined> {
    const from = lastSeen(headers['last-event-id']) ?? decodeCursor(cursor, ['sequence'])?.[0] ?? after ?? 0;
    if (!headers['accept']?.includes('text/event-stream')) return this.readRollouts.eventsOf(rollout, from, limit);
    await this.#stream(rollout, from, request.raw, reply);
    return undefined;
  }

  async #stream(rollout: string, from: number, request: IncomingMessage, reply: HttpReply): Promise<void> {
    const gone = new AbortController();
    request.once('close', () => gone.abort());
    reply.raw.once('close', () => gone.abort());
    const batches = await this.readRollouts.follow(rollout, from, { everyMs: streamEveryMs, signal: gone.signal });
    reply.hijack();
    const requestId = reply.raw.getHeader('x-request-id');
    reply.raw.writeHead(200, { ...eventStreamHeaders, ...(requestId === undefined ? {} : { 'x-request-id': requestId }) });
    await writeEventStream(reply.raw, batches).catch(() => reply.raw.destroy());
  }
}

function lastSeen(header: string | undefined): number | undefined {
  if (header === undefined || header === '') return undefined;
  if (/^\d{1,15}$/.test(header)) return Number(header);
  throw new InvalidRequest([
    {
      path: 'Last-Event-ID',
      code: 'invalid_value',
      message: 'Last-Event-ID is the sequence of the last event that was seen',
      value: header,
    },
  ]);
}
