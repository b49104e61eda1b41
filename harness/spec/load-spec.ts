import { open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { HarnessError } from '../errors.ts';
import { shortLabel } from './config-file.ts';
import { parseSpec } from './parse-spec.ts';
import { quoted } from './problem.ts';
import type { Spec, Vocabulary } from './spec.ts';

export const MAX_SPEC_BYTES = 1 << 20;

export interface LoadContext {
  readonly vocabulary: Vocabulary;
  /** Absolute folder that a relative path starts at. */
  readonly workingFolder: string;
  readonly packageRoot: string;
  /** What messages and reports call the file, when not by its path. */
  readonly label?: string;
  /** A spec without paths will do. */
  readonly mayHaveNoPaths?: true;
}

/** Reads a spec file. Throws SPEC_ERR_NOT_FOUND, SPEC_ERR_UNREADABLE, or what parseSpec throws. */
export async function loadSpec(
  written: string,
  { vocabulary, workingFolder, packageRoot, label: given, ...rest }: LoadContext,
): Promise<Spec> {
  const file = resolve(workingFolder, written);
  const label = given ?? shortLabel(file, workingFolder) ?? written;
  const bytes = await readLimited(file, label);
  const folders = { spec: dirname(file), package: packageRoot, working: workingFolder };
  return parseSpec(decode(bytes, label), { label, folders, vocabulary, ...rest });
}

/** Reads by pieces, so that a device or a pipe that never ends is no trap. */
async function readLimited(file: string, label: string): Promise<Buffer> {
  try {
    await using handle = await open(file, 'r');
    const buffer = Buffer.alloc(MAX_SPEC_BYTES + 1);
    let length = 0;
    for (let read = 1; read > 0 && length < buffer.length; length += read) {
      read = (await handle.read(buffer, length, buffer.length - length, null)).bytesRead;
    }
    if (length <= MAX_SPEC_BYTES) return buffer.subarray(0, length);
  } catch (cause) {
    throw openError(cause, label);
  }
  throw new HarnessError('SPEC_ERR_UNREADABLE', 'expected a spec of at most 1 MiB, got a larger file', { place: { file: label } });
}

function openError(cause: unknown, label: string): HarnessError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  const place = { file: label };
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new HarnessError('SPEC_ERR_NOT_FOUND', `expected a spec file at ${quoted(label)}, got no such file`, { cause, place });
  const seen = code === 'EISDIR' ? 'a folder' : code === 'EACCES' ? 'a file that may not be read' : code;
  return new HarnessError('SPEC_ERR_UNREADABLE', `expected a spec file at ${quoted(label)}, got ${seen}`, { cause, place });
}

function decode(bytes: Buffer, label: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const before = new TextDecoder('utf-8').decode(bytes).split('\ufffd', 1)[0] ?? '';
    const lines = before.split('\n');
    const place = { file: label, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
    throw new HarnessError('SPEC_ERR_UNREADABLE', 'expected a spec in UTF-8, got a byte that is not', { cause, place });
  }
}
