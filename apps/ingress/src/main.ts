import { roleOf } from '@podspan/engine';
import { BadConfiguration, configOrExit, createLogger, keepHeapSmall, startOrExit, startTelemetry, stopOnSignal } from '@podspan/platform';
import { createIngressApp } from './create-ingress-app.js';

keepHeapSmall();
const config = configOrExit(process.env);
await startOrExit(async () => {
  const telemetry = startTelemetry('ingress', config);
  const role = roleOf(process.argv.slice(2));
  if (config.DATABASE_URL === undefined)
    throw new BadConfiguration(['DATABASE_URL is not set: only standalone brings a database of its own']);
  const logger = createLogger('ingress', config.LOG_LEVEL);
  const app = await createIngressApp({ config, role, databaseUrl: config.DATABASE_URL, logger });
  stopOnSignal(logger, () => app.close().finally(() => telemetry.shutdown()));
  const url = await app.listen(config.HOST, config.PORT);
  logger.info({ url, role }, 'listening');
});
