import { ApiProblem, type PodspanClient } from '@podspan/client';
import { DomainError, InvalidRequest, type Problem, problemsOf } from '@podspan/errors';
import type { RolloutPlan, TopologyChange } from '../api-views.js';
import type { LocatedProblem, ReadFleet } from '../fleet-file/read-fleet-file.js';

/** The server's judgement of a file: nothing was written for it. */
export interface CheckedFleet {
  readonly changes: readonly TopologyChange[];
  /** undefined when the file holds no clusters, or when they exist already. */
  readonly plan: RolloutPlan | undefined;
  /** The rollout of this file's own name that has made every one of its clusters. */
  readonly existing?: string;
}

/** The file is refused; every problem has its line. */
export class FleetRefused extends Error {
  constructor(
    file: string,
    readonly failure: DomainError,
    readonly problems: readonly LocatedProblem[],
  ) {
    const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
    super(
      problems.length === 0 ? failure.message : `${file} is refused: ${count}${failure.kind === 'conflict' ? `; ${failure.message}` : ''}`,
    );
    this.name = 'FleetRefused';
  }
}

/**
 * Has the server plan the whole file without keeping anything. The file's own problems and the server's are told together.
 * @throws FleetRefused, or what kept the server from answering when the file itself is sound
 */
export async function checkFleet(client: PodspanClient, fleet: ReadFleet): Promise<CheckedFleet> {
  const answer = fleet.request === undefined ? undefined : await ask(client, fleet.request);
  const name = fleet.request?.rollout?.['name'];
  if (answer instanceof DomainError && fleet.problems.length === 0 && isAllMadeBy(answer, name))
    return { changes: [], plan: undefined, existing: String(name) };
  if (answer instanceof DomainError && fleet.problems.length === 0) throw refusal(fleet, answer);
  if (fleet.problems.length > 0) {
    const theirs =
      answer instanceof DomainError && isAboutTheFile(answer) ? newcomers(fleet.problems, fleet.locate(problemsOf(answer))) : [];
    const problems = [...fleet.problems, ...theirs].sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
    throw new FleetRefused(fleet.file, new InvalidRequest(problems, { code: 'invalid_fleet_file' }), problems);
  }
  if (answer === undefined || answer instanceof DomainError) throw new Error('a file without problems was not sent');
  return answer;
}

async function ask(client: PodspanClient, { topology, rollout }: NonNullable<ReadFleet['request']>): Promise<CheckedFleet | DomainError> {
  try {
    const query = { dryRun: true };
    if (rollout !== undefined) {
      const { body } = await client.call<RolloutPlan>('POST', '/v1/rollouts', { query, body: { ...rollout, topology } });
      const blocked = blockedIn(body);
      return blocked.length > 0 ? new InvalidRequest(blocked, { code: 'plan_blocked' }) : { changes: [], plan: body };
    }
    const { body } = await client.call<{ changes: readonly TopologyChange[] }>('POST', '/v1/topologies', { query, body: topology });
    return { changes: body.changes, plan: undefined };
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}

/** What somebody else made under a name of ours: found before anything is begun. What a deletion leaves alone blocks nothing. */
function blockedIn({ action, clusters }: RolloutPlan): readonly Problem[] {
  if (action === 'DELETE') return [];
  return clusters.flatMap(({ resources }, index) =>
    (resources ?? [])
      .filter(({ change }) => change === 'BLOCKED')
      .map(({ resourceId, reason, title }) => ({
        path: `clusters[${index}]`,
        code: 'resource_blocked',
        message: `${title}: ${reason ?? 'it is blocked'}`,
        value: resourceId,
        suggestion: 'another name, or remove what is there',
      })),
  );
}

/** Whether the only thing in the way is that this very rollout has made the clusters. */
function isAllMadeBy(error: DomainError, rollout: unknown): boolean {
  return (
    error.problems.length > 0 &&
    error.problems.every(({ code, conflictsWith }) => code === 'name_taken' && conflictsWith === `rollout ${String(rollout)}`)
  );
}

/** A problem the server has with what was asked for, and not with who asked or with itself. */
function isAboutTheFile(error: DomainError): boolean {
  return ['invalid', 'malformed', 'conflict', 'not_found'].includes(error.kind);
}

/** @returns what to throw: refused with lines, or the error itself when it does not concern the file */
export function refusal(fleet: ReadFleet, error: DomainError): Error {
  return (error instanceof ApiProblem || error.code === 'plan_blocked') && isAboutTheFile(error)
    ? new FleetRefused(fleet.file, error, fleet.locate(error.problems))
    : error;
}

/** Where the file's own check has said something already, the server's word on the same place adds nothing. */
function newcomers(own: readonly LocatedProblem[], theirs: readonly LocatedProblem[]): readonly LocatedProblem[] {
  const placeOf = ({ line, column }: LocatedProblem): string => `${line}:${column}`;
  const said = new Set(own.map(placeOf));
  return theirs.filter((problem) => problem.line !== undefined && !said.has(placeOf(problem)));
}
