import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** The program as a command line. */
export const HOPSCOPE = [process.execPath, join(import.meta.dirname, '../../harness/cli/main.ts')] as const;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Our own environment without what would change the program's: its settings, and a CI that wants annotations. */
export function plainEnvironment(): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:HOPSCOPE|GITHUB)_/.test(name)));
}

/** Runs the command line as a user does, in a process of its own, without any HOPSCOPE_ variable but the given. */
export function hopscope(
  args: readonly string[],
  { cwd, environment = {} }: { readonly cwd: string; readonly environment?: Readonly<Record<string, string>> },
): Promise<Ended> {
  const [program, ...before] = HOPSCOPE;
  const child = spawn(program, [...before, ...args], {
    cwd,
    env: { ...plainEnvironment(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (text.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text.stderr += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...text }));
  });
}

/** An empty folder that is removed after the tests of the file. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'e2e-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
