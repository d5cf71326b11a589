import { DomainError, type Problem, problemsOf } from '@podspan/errors';

/** Finding out why a taken range is taken asks the database; beyond this a caller has enough to go on. */
const MOST = 100;

/** What is wrong with the items of one request, so that one answer tells of all of them. */
export class Refusals {
  readonly #failures: DomainError[] = [];
  readonly #problems: Problem[] = [];

  /** @param root where the items are in the request; '' for a request that is one item */
  constructor(private readonly root: string) {}

  /** What the work comes to, or undefined with its failure kept. @throws whatever is no DomainError, and a failure too many */
  async keep<T>(index: number, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      this.add(index, error);
      if (this.#failures.length === MOST) this.refuseIfAny();
      return undefined;
    }
  }

  add(index: number, error: DomainError): void {
    this.#failures.push(error);
    this.#problems.push(...problemsOf(error, this.root === '' ? '' : `${this.root}[${index}]`));
  }

  /** @throws DomainError as the first one, which is one of what no other state of the pools would change, if there is any */
  refuseIfAny(): void {
    const first = this.#failures.find(({ kind }) => kind === 'invalid') ?? this.#failures[0];
    if (!first) return;
    if (this.root === '' && this.#failures.length === 1) throw first;
    throw new DomainError(first.kind, first.code, first.message, { facts: first.facts, problems: this.#problems });
  }
}
