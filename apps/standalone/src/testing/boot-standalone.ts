import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, type Config } from '@podspan/platform';
import { startStandalone, type Standalone } from '../start-standalone.js';
import { apiOf, type Api } from './api.js';

/** A real Podspan in this process, on a data folder of its own, and a caller that holds its token. */
export interface TestStandalone extends Standalone {
  readonly api: Api;
}

/** Ten simulated minutes pass in a second: a cluster is there in less than one. */
const SPEED = 600;

/** With nothing given: the embedded database, its queue, and the emulator. `close` removes the data folder too. */
export async function bootStandalone(settings: Partial<Config> = {}): Promise<TestStandalone> {
  const home = dataFolder();
  const config = loadConfig({}, { PODSPAN_HOME: home, PORT: 0, AZURE_EMULATOR_SPEED: SPEED, LOG_LEVEL: 'warn', ...settings });
  const standalone = await startStandalone(config);
  return {
    ...standalone,
    api: apiOf(standalone.url, standalone.token),
    close: async () => {
      await standalone.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** A folder that everybody may enter: as root the server runs as another user, and would otherwise put its files elsewhere. */
export function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'podspan-e2e-'));
  chmodSync(folder, 0o755);
  return folder;
}
