import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { keyOf } from './arm-path.js';
import { compiles, FaultSpec, type Faults } from './faults.js';
import type { Journal } from './journal.js';
import { locksOf } from './write-checks.js';
import type { Operation } from './operations.js';
import type { Resource } from './resource-store.js';
import type { Throttling } from './throttling.js';
import type { World } from './world.js';

export interface Controls {
  readonly world: World;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly throttling: Throttling;
}

const text = z.string().optional();
const JournalQuery = z.object({
  subscription: text,
  method: text,
  type: text,
  idPattern: z.string().refine(compiles, 'is not a regular expression').optional(),
  accepted: z.enum(['true', 'false', 'create', 'update', 'delete', 'action']).optional(),
  status: z.coerce.number().optional(),
  after: z.coerce.number().optional(),
  limit: z.coerce.number().int().positive().default(10_000),
});
const ClockChange = z.strictObject({
  advanceSeconds: z.number().nonnegative().optional(),
  speed: z.number().positive().optional(),
  mode: z.enum(['running', 'manual']).optional(),
});
const Occupation = z.strictObject({ id: z.string(), seconds: z.number().positive() });

/** Everything is refused with the list of problems, nothing half done. */
function parsed<T>(schema: z.ZodType<T>, value: unknown, reply: FastifyReply): T | undefined {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  void reply.status(400).send({ problems: result.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })) });
  return undefined;
}

const json = (body: unknown): unknown => {
  try {
    return JSON.parse(typeof body === 'string' && body !== '' ? body : '{}');
  } catch {
    return undefined;
  }
};

/** The handles of a test or a demo: time, faults, journal, reset. Not part of Azure and without a token. */
export function controlRoutes(server: FastifyInstance, controls: Controls): void {
  const { world, journal, faults } = controls;
  server.get('/_emulator/journal', (request, reply) => {
    const query = parsed(JournalQuery, request.query, reply);
    if (!query) return reply;
    world.settle();
    const { accepted, limit, ...filter } = query;
    const wanted = accepted === 'true' || accepted === 'false' ? accepted === 'true' : accepted;
    const items = journal.read({ ...filter, accepted: wanted });
    return { items: items.slice(-limit), total: items.length, lastSequence: journal.lastSequence };
  });
  server.get('/_emulator/faults', () => ({ items: faults.list() }));
  server.post('/_emulator/faults', (request, reply) => {
    const spec = parsed(FaultSpec, json(request.body), reply);
    return spec ? reply.status(201).send(faults.add(spec)) : reply;
  });
  server.delete('/_emulator/faults', (_, reply) => {
    faults.clear();
    return reply.status(204).send();
  });
  server.delete<{ Params: { id: string } }>('/_emulator/faults/:id', ({ params }, reply) =>
    reply.status(faults.delete(params.id) ? 204 : 404).send(),
  );
  server.get('/_emulator/clock', () => clockView(world));
  server.post('/_emulator/clock', (request, reply) => {
    const change = parsed(ClockChange, json(request.body), reply);
    if (!change) return reply;
    changeClock(world, change);
    return clockView(world);
  });
  server.post('/_emulator/operations', (request, reply) => {
    const occupation = parsed(Occupation, json(request.body), reply);
    if (!occupation) return reply;
    const operation = occupy(world, occupation.id, occupation.seconds);
    return operation
      ? reply.status(201).send(operation)
      : reply.status(404).send({ problems: [{ path: 'id', message: 'no such resource' }] });
  });
  server.get('/_emulator/operations', () => {
    world.settle();
    return { items: world.operations.all() };
  });
  server.post('/_emulator/reset', (_, reply) => {
    reset(controls);
    return reply.status(204).send();
  });
}

function clockView({ clock }: World): { now: string; speed: number; mode: string } {
  return { now: clock.iso(), speed: clock.speed, mode: clock.manual ? 'manual' : 'running' };
}

function changeClock(world: World, { advanceSeconds, speed, mode }: z.infer<typeof ClockChange>): void {
  world.clock.change({ ...(speed === undefined ? {} : { speed }), ...(mode === undefined ? {} : { manual: mode === 'manual' }) });
  if (advanceSeconds !== undefined) world.clock.advance(advanceSeconds);
  world.settle();
}

/** Somebody else works on the resource for a while: its locks are held by an operation that is not ours. */
export function occupy(world: World, id: string, seconds: number): Operation | undefined {
  world.settle();
  const resource: Resource | undefined = world.store.get(keyOf(id));
  if (!resource) return undefined;
  const locks = locksOf(world.typeOf(resource), resource.id, world.store.get(resource.parentKey));
  return world.start({ kind: 'foreign', type: undefined, resource, locks, seconds: [seconds, seconds] });
}

export function reset({ world, journal, faults, throttling }: Controls): void {
  world.reset();
  journal.clear();
  faults.clear();
  throttling.clear();
}
