import { createPostgresBackend, type PgPool, Queue, runMigrations, Worker } from 'bullmq';
import pg from 'pg';
import { type AlarmPayload, type Backend, WORKER } from './backend.js';
import { PatientPool } from './patient-pool.js';

const BULLMQ_SCHEMA = 'bullmq';
const CONNECT_MS = 10_000;
const CONTACTS = 3;
/** As long as a sweep may take. */
const LONGEST_WAIT_SECONDS = 5;

/** BullMQ with its jobs in the schema `bullmq` of our own database. @throws Error while the database does not answer */
export async function postgresBackend(databaseUrl: string): Promise<Backend> {
  const pool = poolOf(databaseUrl);
  const client = await pool.connect();
  try {
    await runMigrations(client, BULLMQ_SCHEMA);
  } finally {
    client.release();
  }
  // BullMQ describes the few members it uses of a pool in its own words.
  const connection = pool as unknown as PgPool;
  return {
    queue: (name) => ready(() => new Queue(name, { connection }, createPostgresBackend) as unknown as Queue<AlarmPayload>),
    worker: (name, processor, concurrency) =>
      ready(() => new Worker(name, processor, { ...WORKER, concurrency, connection }, impatientBackend) as unknown as Worker<AlarmPayload>),
    close: () => pool.end(),
  };
}

function poolOf(databaseUrl: string): pg.Pool {
  const pool = new PatientPool({
    connectionString: databaseUrl,
    max: 6,
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_MS,
    options: `-c search_path=${BULLMQ_SCHEMA} -c timezone=UTC`,
    application_name: 'podspan-queue',
  });
  pool.on('error', () => undefined);
  // A connection that breaks while it is in use tells its query; the event beside that must not end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

interface Contacting {
  waitUntilReady(): Promise<unknown>;
  close(): Promise<unknown>;
  on(event: 'error', listener: () => void): unknown;
}

/**
 * BullMQ remembers a first contact that failed: every later call fails at once, and the worker's loop, which never waits after
 * such a failure, keeps the process from doing anything else (ADR 45). So nothing is given out, and no loop begun, before the
 * first contact was made; one that was cut off in just this moment is made anew.
 */
async function ready<T extends Contacting>(make: () => T): Promise<T> {
  for (let contact = 1; ; contact++) {
    const made = make();
    made.on('error', () => undefined);
    try {
      await made.waitUntilReady();
      return made;
    } catch (error) {
      await made.close().catch(() => undefined);
      if (contact === CONTACTS) throw error;
    }
  }
}

/** After a connection broke BullMQ would wait for up to an hour for a notification that may have been missed. */
const impatientBackend: typeof createPostgresBackend = (name, options, more) =>
  Object.defineProperty(createPostgresBackend(name, options, more), 'maximumBlockTimeout', { value: LONGEST_WAIT_SECONDS });
