import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { parseSpec } from '../../../harness/spec/parse-spec.ts';
import type { SpecError } from '../../../harness/spec/problem.ts';
import type { Spec, Vocabulary } from '../../../harness/spec/spec.ts';

export const vocabulary: Vocabulary = {
  services: ['haproxy', 'nginx'],
  audits: ['refused-upgrade', 'idle-cutoff', 'added-latency'],
  scenarios: [
    { id: 'opening-handshake', title: 'Opening handshake', defaults: { deadlineMs: 2000 } },
    { id: 'idle-hold', title: 'Idle hold', defaults: { holdMs: 4000, intervalMs: 500 } },
    { id: 'steady-echo', title: 'Steady echo', defaults: { connections: 10, durationMs: 400 } },
  ],
};

/** A folder with `edge.cfg`, `sub/inner.cfg` and an empty folder `empty`; removed after the tests of the file. */
export function specFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'spec-test-'));
  mkdirSync(join(folder, 'sub'));
  mkdirSync(join(folder, 'empty'));
  writeFileSync(join(folder, 'edge.cfg'), '');
  writeFileSync(join(folder, 'sub/inner.cfg'), '');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const parserIn =
  (folder: string) =>
  (text: string): Spec =>
    parseSpec(text, {
      label: 'edge.yaml',
      folders: { spec: folder, package: join(import.meta.dirname, '../../..'), working: folder },
      vocabulary,
    });

/** The error that a text gives. */
export function errorOf(parse: () => unknown): SpecError {
  try {
    parse();
  } catch (error) {
    return error as SpecError;
  }
  throw new Error('the text was accepted');
}

export const lines = (...text: readonly string[]): string => `${text.join('\n')}\n`;
