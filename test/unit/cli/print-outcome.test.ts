import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { printError } from '../../../harness/cli/print-error.ts';
import { printOutcome } from '../../../harness/cli/print-outcome.ts';
import { HarnessError } from '../../../harness/errors.ts';
import type { RunRecord } from '../../../harness/model/record.ts';
import { sampleRecord, withHostileText } from '../../fixtures/record-sample.ts';

let folder = '';
let summary = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hopscope-outcome-'));
  summary = join(folder, 'summary.md');
  writeFileSync(summary, '');
  vi.stubEnv('GITHUB_ACTIONS', 'true');
  vi.stubEnv('GITHUB_STEP_SUMMARY', summary);
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** What is printed to one of the two streams meanwhile. */
function printedBy(stream: 'stdout' | 'stderr', work: () => void): string {
  const parts: string[] = [];
  const spy = vi.spyOn(process[stream], 'write').mockImplementation((chunk) => {
    parts.push(String(chunk));
    return true;
  });
  work();
  spy.mockRestore();
  return parts.join('');
}

const outcome = (record: RunRecord, how = { json: false, quiet: false }): string => printedBy('stdout', () => printOutcome(record, how));

/** Lines that the runner of a GitHub job reads commands in: those between a pause and its token are left out. */
function readByRunner(text: string): readonly string[] {
  let token: string | null = null;
  return text.split('\n').filter((line) => {
    const isInside = token !== null;
    if (token === null) token = /^::stop-commands::(\S+)$/.exec(line)?.[1] ?? null;
    else if (line === `::${token}::`) token = null;
    return !isInside && token === null && line !== '';
  });
}

describe('printOutcome in a GitHub job', () => {
  it('prints nothing that the runner reads commands in but annotations', () => {
    const text = outcome(withHostileText(sampleRecord()));
    const read = readByRunner(text);
    expect(text).toContain('checkout');
    expect(read.length).toBeGreaterThan(0);
    for (const line of read) expect(line).toMatch(/^::(error|warning|notice) [^:]*title=/);
  });

  it('pauses by another token every time', () => {
    const tokens = [1, 2].map(() => /::stop-commands::(\S+)/.exec(outcome(sampleRecord()))?.[1]);
    expect(new Set(tokens).size).toBe(2);
    expect(tokens[0]).toHaveLength(36);
  });

  it('prints the record alone for a program', () => {
    const text = outcome(sampleRecord(), { json: true, quiet: false });
    expect(JSON.parse(text)).toMatchObject({ verdict: 'error' });
    expect(readFileSync(summary, 'utf8')).toBe('');
  });

  it('appends the summary, as much of it as fits', () => {
    const limit = 1 << 20;
    outcome(sampleRecord());
    expect(readFileSync(summary, 'utf8')).toContain('Unexpected failures');
    writeFileSync(summary, 'x'.repeat(limit - 28_000));
    outcome(sampleRecord());
    const text = readFileSync(summary, 'utf8').replace(/^x+/, '');
    expect(text).toMatch(/^## .*Hopscope/);
    expect(text).toMatch(/more sections? left out/);
    expect(statSync(summary).size).toBeLessThan(limit);
  });

  it('says so where there is no room for a summary at all', () => {
    writeFileSync(summary, 'x'.repeat(1 << 20));
    const told = printedBy('stderr', () => void outcome(sampleRecord()));
    expect(told).toContain('the step summary is full');
    expect(statSync(summary).size).toBe(1 << 20);
  });
});

describe('printOutcome elsewhere', () => {
  it('prints neither annotations nor pauses', () => {
    vi.stubEnv('GITHUB_ACTIONS', '');
    expect(outcome(sampleRecord())).not.toMatch(/^::/m);
  });
});

describe('printError in a GitHub job', () => {
  it('lets no word of a proxy be a command', () => {
    const error = new HarnessError('USAGE_ERR_BAD_FLAG', 'expected a config, got\n::error::mine\n##[error]mine');
    const text = printedBy('stderr', () => void printError(error, { json: false }));
    expect(text).toContain('##[error]mine');
    expect(readByRunner(text)).toEqual([]);
  });
});
