import { allocationSteps } from './allocation-steps.js';
import type { ModelRun, Taker, Takers } from './model-run.js';
import { poolSteps } from './pool-steps.js';
import type { Step } from './steps.js';
import { topologySteps } from './topology-steps.js';

const takers: Takers<Step['do']> = { ...allocationSteps, ...poolSteps, ...topologySteps };

/** Asks the service and the model alike. Throws where they differ. */
export async function takeStep(run: ModelRun, step: Step): Promise<void> {
  await (takers[step.do] as Taker<Step['do']>)(run, step);
}
