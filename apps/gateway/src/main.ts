import { createLogger, loadConfig } from '@podspan/platform';
import { createGateway } from './create-gateway.js';

const config = loadConfig(process.env);
const logger = createLogger('gateway', config.LOG_LEVEL);
const gateway = await createGateway({ config, logger });
const url = await gateway.listen();
logger.info({ url }, 'listening');

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  // Once, and ours: the graph's runtime listens for signals too but would leave the process running.
  process.once(signal, () => {
    logger.info({ signal }, 'stopping');
    void gateway.close().then(() => process.exit(0));
  });
}
