import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import { Forbidden, Unauthenticated } from '@podspan/errors';
import { hasRole, type Logger, sendProblem, type ServiceOptions } from '@podspan/platform';
import type { QueueOptions } from '../options.js';
import { openQueue, type OpenQueue } from '../queue/alarm-queue.js';

type Http = Parameters<NonNullable<ServiceOptions['extend']>>[0];

export interface QueueBoardOptions {
  /** Of the service, which is also its schema. */
  readonly name: string;
  readonly queue: QueueOptions;
  readonly logger: Logger;
}

/** The page brings its own scripts and styles; fonts of others stay where they are. */
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; frame-ancestors 'none'";

/**
 * The alarms in the queue as a page for admins, `/admin/queues/{service}`. It only shows: the truth is in PostgreSQL, and an
 * alarm that somebody deletes or rings by hand changes nothing.
 */
export function queueBoard({ name, queue, logger }: QueueBoardOptions): { serve(http: Http): void; close(): Promise<void> } {
  const path = `/admin/queues/${name}`;
  let opened: Promise<OpenQueue> | undefined;
  const page = new FastifyAdapter();
  page.setBasePath(path);
  const board = createBullBoard({ queues: [], serverAdapter: page, options: { uiConfig: { boardTitle: `Podspan ${name}` } } });
  // Opened when somebody looks: most processes never show it.
  const open = async (): Promise<void> => {
    opened ??= openQueue(queue, name).then((ready) => {
      board.setQueues([new BullMQAdapter(ready.queue, { readOnlyMode: true })]);
      return ready;
    });
    await opened.catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
  };
  return {
    serve: (http) => {
      http.register(
        async (scope) => {
          scope.addHook('onRequest', async (request, reply) => {
            try {
              if (!request.actor) throw new Unauthenticated();
              if (!hasRole(request.actor, 'admin')) throw new Forbidden('the queues are shown to admins only', { needed: 'admin' });
              await open();
              void reply.header('content-security-policy', CONTENT_SECURITY_POLICY);
            } catch (error) {
              sendProblem(request, reply, error, logger);
            }
          });
          await scope.register(page.registerPlugin());
        },
        { prefix: path },
      );
    },
    close: async () => {
      await (await opened?.catch(() => undefined))?.close();
    },
  };
}
