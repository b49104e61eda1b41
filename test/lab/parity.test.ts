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

/** Paths of the default spec that the slower lab runs too: the incidents, and of every kind of proxy some that fail and some that pass. */
const IN_BOTH = [
  'incident-*',
  'haproxy-tls',
  'haproxy-deny-upgrade',
  'nginx-short-read-timeout',
  'nginx-wrong-location',
  'node-http-proxy*',
  'chain-*',
];

/** The default spec, as a user runs it. */
async function runDefault(lab: 'docker' | 'netns', dir: string, only: readonly string[] = []): Promise<Ran> {
  const out = join(dir, lab);
  const paths = only.flatMap((path) => ['--path', path]);
  const child = spawn(process.execPath, [join(ROOT, 'bin/hopscope.js'), 'run', '--lab', lab, '--out', out, '--quiet', ...paths], {
    cwd: dir,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [exitCode] = (await once(child, 'exit')) as [number];
  return { exitCode, record: JSON.parse(readFileSync(join(out, 'record.json'), 'utf8')) as RunRecord };
}

/**
 * What a run says was wrong on a path that both ran, and who did it: everything but numbers and wording. In which scenarios it shows is left out, as a device that
 * forgets silent flows is met wherever one happens to be silent for long enough; so are quirks, because timing decides which of their cases show, and cases that name
 * nobody beside those that name somebody.
 */
const failuresOf = ({ findings }: RunRecord, { paths }: RunRecord): readonly string[] => {
  const common = new Set(paths.map(({ path }) => path.id));
  const failing = findings.filter(({ path, outcome, quirk }) => outcome === 'fail' && quirk === undefined && common.has(path));
  const lines = failing
    .filter(({ blame }) => blame !== null && blame.host !== 'unknown')
    .map(({ auditId, path, blame }) => {
      const line = blame?.config === null || blame === null ? 'no line' : `${blame.config.text}:${blame.config.line}`;
      return [auditId, path, blame?.host, line].join(' | ');
    });
  return [...new Set(lines)].toSorted();
};

/** Failures that no path declares, in full: the run folder is gone when somebody reads of them. */
const undeclared = ({ findings }: RunRecord): readonly unknown[] =>
  findings
    .filter(({ outcome, expected, quirk }) => outcome === 'fail' && !expected && quirk === undefined)
    .map(({ auditId, path, scenario, cases, summary, blame }) => ({ auditId, path, scenario, cases, summary, because: blame?.because }));

const versionsOf = (record: RunRecord, { paths }: RunRecord): readonly string[] =>
  record.paths
    .filter(({ path }) => paths.some((other) => other.path.id === path.id))
    .flatMap(({ hosts }) => hosts.filter(({ role }) => role === 'proxy').map(({ host, version }) => `${host} ${version}`))
    .toSorted();

describe('the default spec in both labs', () => {
  const dir = mkdtempSync(join(tmpdir(), 'hopscope-parity-'));
  let netns: Ran;
  let docker: Ran;
  // One after the other: two runs at once would time each other.
  beforeAll(async () => {
    netns = await runDefault('netns', dir);
    docker = await runDefault('docker', dir, IN_BOTH);
  }, HOOK_LIMIT_MS);
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('behaves on every path as its data says', () => {
    expect(undeclared(netns.record)).toEqual([]);
    expect(undeclared(docker.record)).toEqual([]);
    expect([netns, docker].map(({ record, exitCode }) => [record.lab.kind, record.verdict, exitCode])).toEqual([
      ['netns', 'pass', 0],
      ['docker', 'pass', 0],
    ]);
    for (const { record } of [netns, docker]) expect(record.expectations.filter(({ met }) => !met)).toEqual([]);
  });

  it('runs the same versions of every proxy', () => {
    expect(versionsOf(docker.record, netns.record)).toEqual(versionsOf(netns.record, docker.record));
  });

  it('gives the same findings, with the same host and line blamed', () => {
    expect(failuresOf(docker.record, netns.record).length).toBeGreaterThan(8);
    expect(failuresOf(docker.record, netns.record)).toEqual(failuresOf(netns.record, docker.record));
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
