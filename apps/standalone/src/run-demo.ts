import { run as podspan, EXIT, type Io } from '@podspan/cli';
import { createPodspanClient } from '@podspan/client';
import { type Config, whyNot } from '@podspan/platform';
import { demoReport } from './demo-report.js';
import { freePorts, isFree } from './free-ports.js';
import { startStandalone, type Standalone } from './start-standalone.js';

/** Four to nine simulated minutes of a cluster's creation pass in one to two seconds. */
const DEMO_SPEED = 240;

export interface DemoOptions {
  readonly config: Config;
  /** Without PORT and AZURE_EMULATOR_SPEED the demo chooses for itself. */
  readonly portIsGiven: boolean;
  readonly speedIsGiven: boolean;
  readonly fleetFile: string;
  readonly io: Io;
}

/**
 * Boots everything, applies the fleet file, shows the rollout live, reads back what stands, and ends.
 * Ctrl-C leaves a data folder that the next run goes on from. @returns the exit code
 */
export async function runDemo({ config, portIsGiven, speedIsGiven, fleetFile, io }: DemoOptions): Promise<number> {
  const say = (text: string): void => void io.stdout.write(`${text}\n`);
  const started = performance.now();
  const seconds = (): string => ((performance.now() - started) / 1000).toFixed(1);
  let standalone: Standalone;
  try {
    standalone = await startStandalone({
      ...config,
      PORT: portIsGiven ? config.PORT : await portFor(config),
      AZURE_EMULATOR_SPEED: speedIsGiven ? config.AZURE_EMULATOR_SPEED : DEMO_SPEED,
    });
  } catch (error) {
    io.stderr.write(`${whyNot(error)}\n`);
    return EXIT.unexpected;
  }
  try {
    say(`Podspan is up on ${standalone.url} after ${seconds()} s; its data is in ${standalone.home}\n`);
    const access = ['--server', standalone.url, '--token', standalone.token];
    const code = await podspan([...access, 'apply', '-f', fleetFile, '--watch', '--yes'], io);
    if (io.signal.aborted) {
      say(`\nStopped. Nothing is lost: npm run demo goes on from here.`);
      return EXIT.interrupted;
    }
    if (code !== EXIT.done) return code;
    say(`\n${await demoReport(createPodspanClient({ baseUrl: standalone.url, token: standalone.token }))}`);
    say(`\nThe fleet stands after ${seconds()} s. npm start keeps serving it; examples/README.md says what to try next.`);
    return EXIT.done;
  } finally {
    await standalone.close();
  }
}

/** The usual port, or any if another program has it. */
async function portFor(config: Config): Promise<number> {
  if (await isFree(config.PORT, config.HOST)) return config.PORT;
  const [port = 0] = await freePorts(1);
  return port;
}
