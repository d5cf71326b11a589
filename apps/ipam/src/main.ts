import { BadConfiguration, configOrExit, createLogger, keepHeapSmall, startOrExit, startTelemetry, stopOnSignal } from '@podspan/platform';
import { createIpamApp } from './create-ipam-app.js';

keepHeapSmall();
const config = configOrExit(process.env);
await startOrExit(async () => {
  const telemetry = startTelemetry('ipam', config);
  if (config.DATABASE_URL === undefined)
    throw new BadConfiguration(['DATABASE_URL is not set: only standalone brings a database of its own']);
  const logger = createLogger('ipam', config.LOG_LEVEL);
  const app = await createIpamApp({ config, databaseUrl: config.DATABASE_URL, logger });
  stopOnSignal(logger, () => app.close().finally(() => telemetry.shutdown()));
  const url = await app.listen(config.HOST, config.PORT);
  logger.info({ url }, 'listening');
});
