import { Cidr } from '@podspan/cidr';
import { DomainError, InvalidRequest, type Problem, problemsOf } from '@podspan/errors';

/** Collects everything wrong with a request, so that one answer names it all. */
export class ProblemList {
  readonly #problems: Problem[] = [];

  add(...problems: readonly Problem[]): void {
    this.#problems.push(...problems);
  }

  get isEmpty(): boolean {
    return this.#problems.length === 0;
  }

  get all(): readonly Problem[] {
    return this.#problems;
  }

  /** The range, or undefined with the reason noted at `path`. */
  readCidr(path: string, text: string): Cidr | undefined {
    try {
      return Cidr.parse(text);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      this.add(...problemsOf(error, path));
      return undefined;
    }
  }

  /** @throws InvalidRequest with all problems, if there are any. */
  refuseIfAny(): void {
    if (!this.isEmpty) throw new InvalidRequest(this.#problems);
  }
}

export function unknownReference(path: string, what: string, key: string): Problem {
  return { path, code: 'unknown_reference', message: `${what} '${key}' does not exist`, value: key };
}

export function linkToItself(value: string): Problem {
  return { path: 'to', code: 'link_to_itself', message: 'a link has two different ends', value };
}
