/** Where a command writes. On a terminal `isTTY` is true and `columns` says how wide it is. */
export interface OutputStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Everything a command needs of the machine around it. */
export interface Io {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Read where a file is called -. */
  readonly stdin?: AsyncIterable<Uint8Array>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Ends when the user wants out (Ctrl-C). */
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** Asks yes or no; undefined where nobody can answer. */
  readonly confirm?: (question: string) => Promise<boolean>;
}

export type OutputFormat = 'table' | 'json' | 'yaml';

export interface GlobalOptions {
  readonly server?: string;
  readonly token?: string;
  readonly output: OutputFormat;
}
