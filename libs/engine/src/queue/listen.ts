import pg from 'pg';
import { within } from './within.js';

export interface Listening {
  stop(): Promise<void>;
}

const RECONNECT_MS = 1000;
const CONNECT_MS = 10_000;
/** A connection that is just breaking may never say that it has ended. */
const END_MS = 1000;

/** Calls `wake` with the message of every NOTIFY on the channel, and after each reconnect, since some may have been missed. */
export function listen(databaseUrl: string, channel: string, wake: (message?: string) => void): Listening {
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const reconnect = (lost: pg.Client): void => {
    if (stopped || client !== lost) return;
    client = undefined;
    lost.removeAllListeners();
    lost.on('error', () => undefined);
    lost.end().catch(() => undefined);
    timer = setTimeout(connect, RECONNECT_MS);
  };
  const connect = (): void => {
    const fresh = new pg.Client({
      connectionString: databaseUrl,
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_MS,
      application_name: 'podspan-relay',
    });
    client = fresh;
    fresh.on('notification', ({ payload }) => wake(payload));
    fresh.on('error', () => reconnect(fresh));
    fresh.on('end', () => reconnect(fresh));
    fresh
      .connect()
      .then(() => fresh.query(`listen "${channel}"`))
      .then(
        () => wake(),
        () => reconnect(fresh),
      );
  };
  connect();
  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      if (client) await within(END_MS, 'the goodbye', client.end()).catch(() => undefined);
    },
  };
}
