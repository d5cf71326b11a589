import { fastify, type FastifyInstance } from 'fastify';
import { receive } from './arm-front-door.js';
import { controlRoutes, occupy, reset, type Controls } from './control-routes.js';
import { Faults, type Fault, type FaultSpec } from './faults.js';
import { Journal, type JournalEntry, type JournalFilter } from './journal.js';
import type { EmulatorOptions } from './options.js';
import { armServer } from './serve-arm.js';
import { StateFile } from './state-file.js';
import { Throttling } from './throttling.js';
import { World } from './world.js';

export interface Emulator {
  /** For example `http://127.0.0.1:40213`; what a client takes as its endpoint. */
  readonly url: string;
  readonly port: number;
  readonly clock: {
    /** Virtual epoch milliseconds. */
    now(): number;
    /** Moves virtual time on and lets everything happen that is due. */
    advance(seconds: number): void;
  };
  readonly faults: {
    add(spec: FaultSpec): Fault;
    list(): Fault[];
    clear(): void;
  };
  journal(filter?: JournalFilter): JournalEntry[];
  /** Another caller's operation holds the resource for so many virtual seconds; false: no such resource. */
  occupy(id: string, seconds: number): boolean;
  /** AKS publishes a newer node image: what `upgradeNodeImageVersion` brings a pool to. */
  publishNodeImage(version: string): void;
  /** Forgets all resources, operations, faults and the journal. */
  reset(): void;
  close(): Promise<void>;
}

/** Starts an ARM server on 127.0.0.1. Any non-empty bearer token is a principal of its own. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const world = new World(options);
  const state = options.stateFile === undefined ? undefined : await StateFile.open(options.stateFile, world);
  const throttling = new Throttling(world);
  const controls: Controls = { world, throttling, journal: new Journal(world.settings.journalLimit), faults: new Faults() };
  const server = buildServer(controls);
  const url = await server.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  const { journal, faults } = controls;
  return {
    url,
    port: Number(new URL(url).port),
    clock: {
      now: () => world.clock.now(),
      advance: (seconds) => {
        world.clock.advance(seconds);
        world.settle();
      },
    },
    faults: { add: (spec) => faults.add(spec), list: () => faults.list(), clear: () => faults.clear() },
    journal: (filter) => {
      world.settle();
      return journal.read(filter);
    },
    occupy: (id, seconds) => occupy(world, id, seconds) !== undefined,
    publishNodeImage: (version) => {
      world.nodeImage = version;
    },
    reset: () => reset(controls),
    close: async () => {
      await server.close();
      await state?.close();
    },
  };
}

const largestBody = 8 * 1024 * 1024;

function buildServer(controls: Controls): FastifyInstance {
  const server = fastify({ bodyLimit: largestBody, forceCloseConnections: true, routerOptions: { maxParamLength: 2000 } });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, (_, body, done) => done(null, body));
  controlRoutes(server, controls);
  const door = { ...controls, serve: armServer(controls.world, controls.throttling) };
  server.all('/*', (request, reply) => receive(door, request, reply));
  return server;
}
