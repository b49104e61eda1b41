import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../harness/model/record.ts';

const ROOT = join(import.meta.dirname, '../..');
/** For both runs and the start of a private engine. */
const HOOK_LIMIT_MS = 480_000;

interface Ran {
  readonly record: RunRecord;
  readonly exitCode: number;
}

/** The default spec, as a user runs it. */
async function runDefault(lab: 'docker' | 'netns', dir: string): Promise<Ran> {
  const out = join(dir, lab);
  const child = spawn(process.execPath, [join(ROOT, 'bin/hopscope.js'), 'run', '--lab', lab, '--out', out, '--quiet'], {
    cwd: dir,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [exitCode] = (await once(child, 'exit')) as [number];
  return { exitCode, record: JSON.parse(readFileSync(join(out, 'record.json'), 'utf8')) as RunRecord };
}

/**
 * What a run says was wrong, and who did it: everything but numbers and wording. Quirks are left out, because timing decides which of their cases show,
 * and so are cases that name nobody beside those that name somebody.
 */
const failuresOf = ({ findings }: RunRecord): readonly string[] => {
  const failing = findings.filter(({ outcome, quirk }) => outcome === 'fail' && quirk === undefined);
  const lines = failing
    .filter(({ blame }) => blame !== null && blame.host !== 'unknown')
    .map(({ auditId, path, scenario, blame }) => {
      const line = blame?.config === null || blame === null ? 'no line' : `${blame.config.text}:${blame.config.line}`;
      return [auditId, path, scenario, blame?.host, line].join(' | ');
    });
  return [...new Set(lines)].toSorted();
};

const versionsOf = (record: RunRecord): readonly string[] =>
  record.paths
    .flatMap(({ hosts }) => hosts.filter(({ role }) => role === 'proxy').map(({ host, version }) => `${host} ${version}`))
    .toSorted();

describe('the default spec in both labs', () => {
  const dir = mkdtempSync(join(tmpdir(), 'hopscope-parity-'));
  let netns: Ran;
  let docker: Ran;
  // One after the other: two runs at once would time each other.
  beforeAll(async () => {
    netns = await runDefault('netns', dir);
    docker = await runDefault('docker', dir);
  }, HOOK_LIMIT_MS);
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('behaves on every path as its data says', () => {
    expect([netns, docker].map(({ record, exitCode }) => [record.lab.kind, record.verdict, exitCode])).toEqual([
      ['netns', 'pass', 0],
      ['docker', 'pass', 0],
    ]);
    for (const { record } of [netns, docker]) expect(record.expectations.filter(({ met }) => !met)).toEqual([]);
  });

  it('runs the same versions of every proxy', () => {
    expect(versionsOf(docker.record)).toEqual(versionsOf(netns.record));
  });

  it('gives the same findings, with the same host and line blamed', () => {
    expect(failuresOf(netns.record).length).toBeGreaterThan(20);
    expect(failuresOf(docker.record)).toEqual(failuresOf(netns.record));
  });

  it('leads with the founding incident', () => {
    for (const { record } of [netns, docker]) {
      expect(record.headline).toMatch(/HAProxy .* answered 403 to GET \/live\/socket by itself; the origin never saw the request/);
      expect(record.headline).toMatch(/PR--, the proxy itself refused the request/);
      expect(record.headline).toMatch(
        /firewall: innocent, \d+\.\d % of segments were retransmitted here and \d+\.\d % on the control path/,
      );
    }
  });
});
