import { stringify } from 'yaml';
import type { Io, OutputFormat } from '../io.js';

/** Says an answer in the format that was asked for: tables for people, the document itself for programs. */
export class Printer {
  constructor(
    private readonly io: Io,
    readonly format: OutputFormat,
  ) {}

  get forPeople(): boolean {
    return this.format === 'table';
  }

  /** `text` for people, `document` for programs. Exactly one of them goes to standard output. */
  result(document: unknown, text: () => string): void {
    this.io.stdout.write(`${this.forPeople ? text() : this.serialize(document)}\n`);
  }

  /** For people only: what goes on, on the way to the result. */
  note(text: string): void {
    if (this.forPeople) this.io.stdout.write(`${text}\n`);
  }

  /** For people on standard error, for programs as the document of standard output. */
  failure(document: unknown, text: () => string): void {
    if (this.forPeople) this.io.stderr.write(`${text()}\n`);
    else this.io.stdout.write(`${this.serialize(document)}\n`);
  }

  private serialize(document: unknown): string {
    return this.format === 'json' ? JSON.stringify(document, null, 2) : stringify(document, { aliasDuplicateObjects: false }).trimEnd();
  }
}
