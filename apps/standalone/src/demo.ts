import { fileURLToPath } from 'node:url';
import { configOrExit } from '@podspan/platform';
import { runDemo } from './run-demo.js';

/** `npm run demo`: the whole way from a fleet file to running clusters, on nothing but this folder. */
const leave = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (leave.signal.aborted) process.exit(130);
    leave.abort();
  });
}

process.exitCode = await runDemo({
  config: configOrExit(process.env),
  portIsGiven: Boolean(process.env['PORT']),
  speedIsGiven: Boolean(process.env['AZURE_EMULATOR_SPEED']),
  fleetFile: fileURLToPath(new URL('../../../examples/hub-spoke.yaml', import.meta.url)),
  io: { stdout: process.stdout, stderr: process.stderr, env: process.env, cwd: process.cwd(), signal: leave.signal, now: () => new Date() },
});
// Whatever a library still holds open must not keep a finished demo from ending.
process.exit();
