/** What stands where the name or the range of something stood that the caller has no rights to see. Each still counts. */
export const HIDDEN = 'hidden';

const range = /[0-9a-fA-F:.]+\/\d{1,3}(?![\w.-])/g;
const name = /[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?/g;

/**
 * Covers, in any answer, the names and ranges of what lies in address spaces out of the caller's reach. That a range is taken is
 * answered from the whole estate; by whom, only within the caller's rights.
 */
export class Veil {
  /**
   * @param hidden names and ranges that nothing within the caller's reach has too
   * @param said what the caller sent: it is no secret to them
   */
  constructor(
    private readonly hidden: ReadonlySet<string>,
    private readonly said: string,
  ) {}

  /** The same value with every text in it covered, members' names excepted. */
  over<T>(value: T): T {
    return this.hidden.size === 0 ? value : (this.#deep(value) as T);
  }

  text(text: string): string {
    return text
      .replaceAll(range, (token) => (this.#covers(token) ? HIDDEN : token))
      .replaceAll(name, (token) =>
        this.#covers(token)
          ? HIDDEN
          : token.includes('--')
            ? token
                .split('--')
                .map((part) => (this.#covers(part) ? HIDDEN : part))
                .join('--')
            : token,
      );
  }

  #covers(token: string): boolean {
    return this.hidden.has(token) && !this.said.includes(token);
  }

  #deep(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return value.map((item) => this.#deep(item));
    if (typeof value !== 'object' || value === null || value instanceof Date) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, this.#deep(member)]));
  }
}
