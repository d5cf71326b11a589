import { configOrExit, createLogger, keepHeapSmall, startOrExit, startTelemetry, stopOnSignal } from '@podspan/platform';
import { createGateway } from './create-gateway.js';

keepHeapSmall();
const config = configOrExit(process.env);
await startOrExit(async () => {
  const telemetry = startTelemetry('gateway', config);
  const logger = createLogger('gateway', config.LOG_LEVEL);
  const gateway = await createGateway({ config, logger });
  // The graph's runtime listens for signals too, but would leave the process running: ending it is ours.
  stopOnSignal(logger, () => gateway.close().finally(() => telemetry.shutdown()));
  const url = await gateway.listen();
  logger.info({ url }, 'listening');
});
