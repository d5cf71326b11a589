import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { UsageError } from '../exit-codes.js';
import type { Io } from '../io.js';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'that is a folder',
  EACCES: 'it may not be read',
};

/**
 * A file of the command line, or standard input for `-`.
 * @param mostBytes what is longer is cut there, one byte later: whoever reads it says that it is too long
 * @throws UsageError for a file that cannot be read or is not UTF-8: replacing its bytes would be a guess
 */
export async function textOf(file: string, io: Io, mostBytes = Number.POSITIVE_INFINITY): Promise<string> {
  const bytes = await bytesOf(file, io, mostBytes);
  try {
    // Streaming: a text that was cut may end within a character.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: bytes.length > mostBytes });
  } catch {
    throw new UsageError(`cannot read ${file}: it is not UTF-8`);
  }
}

/** YAML files as the documents of one. */
export async function textsOf(files: readonly string[], io: Io): Promise<string> {
  return (await Promise.all(files.map((file) => textOf(file, io)))).join('\n---\n');
}

async function bytesOf(file: string, { cwd, stdin }: Io, mostBytes: number): Promise<Uint8Array> {
  const source: AsyncIterable<Uint8Array> = file === '-' ? (stdin ?? Readable.from([])) : createReadStream(resolve(cwd, file));
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const part of source) {
      parts.push(part);
      length += part.length;
      if (length > mostBytes) break;
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new UsageError(`cannot read ${file}: ${REASONS[code] ?? (error instanceof Error ? error.message : String(error))}`);
  }
  const bytes = Buffer.concat(parts);
  return bytes.length > mostBytes ? bytes.subarray(0, mostBytes + 1) : bytes;
}
