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

/** What the CLI takes for granted needs no option. */
const serverOption = standalone.url === 'http://127.0.0.1:4000' ? '' : `--server ${standalone.url} `;
process.stdout.write(`Podspan listens on ${standalone.url}

  REST       ${standalone.url}/v1/...          documentation  ${standalone.url}/docs
  GraphQL    ${standalone.url}/graphql
  Token      ${standalone.home}/token
  Azure      ${standalone.azure}
  Logs       ${standalone.home}/logs
  Metrics    ${standalone.metrics.join('\n             ')}

  Try        npm run podspan -- ${serverOption}apply -f examples/hub-spoke.yaml --watch
  Stop       Ctrl-C
`);

/** What does not end by then is ended by the next start: the database's own process, and work in hand. */
const STOP_LIMIT_MS = 25_000;

let stopping = false;
function stop(code: number): void {
  if (stopping) process.exit(1);
  stopping = true;
  setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
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
