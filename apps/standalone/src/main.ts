import { configOrExit, keepHeapSmall, startTelemetry, whyNot } from '@podspan/platform';
import { startStandalone } from './start-standalone.js';

/** `npm start`: serves until SIGINT or SIGTERM. */
keepHeapSmall();
const config = configOrExit(process.env);
const telemetry = startTelemetry('standalone', config);
const standalone = await startStandalone(config).catch((error: unknown) => {
  process.stderr.write(`${whyNot(error)}\n`);
  process.exit(1);
});

process.stdout.write(`Podspan listens on ${standalone.url}

  REST       ${standalone.url}/v1/...          documentation  ${standalone.url}/docs
  GraphQL    ${standalone.url}/graphql
  Token      ${standalone.home}/token
  Azure      ${standalone.azure}
  Logs       ${standalone.home}/logs

  Try        npm run podspan -- apply -f examples/hub-spoke.yaml --watch
  Stop       Ctrl-C
`);

let stopping = false;
function stop(code: number): void {
  if (stopping) process.exit(1);
  stopping = true;
  void standalone
    .close()
    .finally(() => telemetry.shutdown())
    .then(() => process.exit(code));
}
standalone.onDatabaseLost(() => {
  process.stderr.write(`The embedded PostgreSQL has ended; see ${standalone.home}/logs/postgres.log\n`);
  stop(1);
});
process.on('SIGINT', () => stop(0));
process.on('SIGTERM', () => stop(0));
