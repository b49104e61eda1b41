import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { RunRecord } from '../../harness/model/record.ts';
import type { LoadEvidence } from '../../harness/model/evidence.ts';
import { echoOrigin } from '../unit/fleet/echo-origin.ts';
import { emptyFolder, hopscope } from './hopscope-process.ts';

const MAIN = join(import.meta.dirname, '../../harness/cli/main.ts');
const cwd = emptyFolder();
const LOADS = `version: 1
loads:
  steady: { connections: 12, messages: 90, durationMs: 1500, payloadBytes: 48, compared: false }
  idle: { connections: 6, durationMs: 60000, compared: false }
  compared: { connections: 2, messages: 10, durationMs: 1000 }
  fast: { connections: 2, messages: 500000, durationMs: 1000, drivers: 3, compared: false }
`;

let origin: Awaited<ReturnType<typeof echoOrigin>>;
beforeAll(async () => {
  writeFileSync(join(cwd, 'load.yaml'), LOADS);
  origin = await echoOrigin();
});
afterAll(() => origin[Symbol.asyncDispose]());

const url = (): string => `ws://127.0.0.1:${String(origin.port)}/socket`;
const drive = (load: string, ...rest: readonly string[]): readonly string[] => [
  'drive',
  '--url',
  url(),
  '--spec',
  'load.yaml',
  '--load',
  load,
  ...rest,
];

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** Runs so many drivers at once and merges what they wrote. */
async function driveAndMerge(drivers: number, out: string): Promise<{ readonly record: RunRecord; readonly load: LoadEvidence }> {
  const barrier = `127.0.0.1:${String(await freePort())}`;
  const files = Array.from({ length: drivers }, (_, index) => `${out}-${String(index)}.ndjson`);
  const results = await Promise.all(
    files.map((file, index) =>
      hopscope([...drive('steady', '--shard', `${String(index)}/${String(drivers)}`, '--barrier', barrier, '--out', file, '--quiet')], {
        cwd,
      }),
    ),
  );
  expect(results.map(({ code, stderr }) => ({ code, stderr }))).toEqual(files.map(() => ({ code: 0, stderr: '' })));
  const merged = await hopscope(['merge', ...files, '--out', out, '--json'], { cwd });
  expect(merged.stderr).toBe('');
  const [line = ''] = readFileSync(join(cwd, out, 'evidence/loads.ndjson'), 'utf8').split('\n');
  return { record: JSON.parse(merged.stdout) as RunRecord, load: JSON.parse(line) as LoadEvidence };
}

describe('drivers that share a load', () => {
  it('come to the same totals as one, with nothing lost in the merge', async () => {
    const [one, three] = [await driveAndMerge(1, 'one'), await driveAndMerge(3, 'three')];
    const totals = ({ load }: typeof one): object => {
      const { attempts, upgraded, upgradeFailures, sent, echoed, unanswered, missed, corrupted, lostSessions } = load;
      const counts = [load.latency, load.generator.lag, ...Object.values(load.phases)].map(({ count }) => count);
      return { attempts, upgraded, upgradeFailures, sent, echoed, unanswered, missed, corrupted, lostSessions, counts };
    };
    expect(totals(one)).toMatchObject({ attempts: 12, upgraded: 12, sent: 135, echoed: 135, unanswered: 0, missed: 0, corrupted: 0 });
    expect(totals(three)).toEqual(totals(one));
    // Every value of every driver is in the merged distribution, not an average of theirs.
    const drivers = [0, 1, 2].flatMap((index) =>
      readFileSync(join(cwd, `three-${String(index)}.ndjson`), 'utf8')
        .split('\n')
        .filter((line) => line.includes('"kind":"bucket"'))
        .map((line) => (JSON.parse(line) as { readonly bucket: LoadEvidence['series'][number] }).bucket),
    );
    const counted = new Map<number, number>();
    for (const { latency } of drivers)
      for (let at = 0; at < latency.buckets.length; at += 2)
        counted.set(latency.buckets[at] ?? 0, (counted.get(latency.buckets[at] ?? 0) ?? 0) + (latency.buckets[at + 1] ?? 0));
    expect(three.load.latency.buckets).toEqual([...counted].toSorted(([a], [b]) => a - b).flat());
  });

  it('are one record that the other commands read', async () => {
    const audited = await hopscope(['audit', 'three', '--json'], { cwd });
    const record = JSON.parse(audited.stdout) as RunRecord;
    expect(record.lab.kind).toBe('none');
    expect(record.lab.because).toMatch(/^3 drivers of 3 outside any lab, merged from 3 files; started together within \d+ ms/);
    expect(record.findings.map(({ auditId }) => auditId)).toContain('unmet-load');
    expect(record.findings.filter(({ outcome }) => outcome === 'fail')).toEqual([]);
    expect(existsSync(join(cwd, 'three/report.html'))).toBe(true);
    expect((await hopscope(['report', 'three', '--format', 'html', '--out', 'again'], { cwd })).code).toBe(0);
  });

  it('are not merged over a folder that is there, nor twice, and a missing one is named', async () => {
    const again = await hopscope(['merge', 'three-0.ndjson', '--out', 'three'], { cwd });
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('USAGE_ERR_BAD_FLAG') });
    const twice = await hopscope(['merge', 'three-0.ndjson', 'three-0.ndjson', '--out', 'twice'], { cwd });
    expect(twice).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/RUN_ERR_BAD_EVIDENCE: .*shard 0\/3 once[^]*at three-0.ndjson:1/),
    });
    const two = await hopscope(['merge', 'three-0.ndjson', 'three-2.ndjson', '--out', 'two', '--quiet'], { cwd });
    expect(two).toMatchObject({ code: 4, stdout: expect.stringContaining('inconclusive') });
    expect(readFileSync(join(cwd, 'two/evidence/absences.ndjson'), 'utf8')).toContain('no result was given of shard 1 of 3');
    const foreign = await hopscope(['merge', 'load.yaml'], { cwd });
    expect(foreign).toMatchObject({ code: 2, stderr: expect.stringContaining('expected the result of at least one driver') });
    expect(await hopscope(['merge', 'nowhere.ndjson'], { cwd })).toMatchObject({ code: 2, stderr: expect.stringContaining('ENOENT') });
  });
});

/** Starts a driver of a long load and waits until it has told its first second. */
async function longDriver(out: string): Promise<ReturnType<typeof spawn>> {
  const child = spawn(process.execPath, [MAIN, ...drive('idle', '--out', out, '--quiet')], { cwd, stdio: ['ignore', 'ignore', 'ignore'] });
  const hasBucket = (): boolean => existsSync(join(cwd, out)) && readFileSync(join(cwd, out), 'utf8').includes('"kind":"bucket"');
  while (!hasBucket()) {
    if (child.exitCode !== null) throw new Error(`the driver ended with ${String(child.exitCode)} before it told anything`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return child;
}

describe('a driver', () => {
  it('that is interrupted stops soon and says so', async () => {
    const child = await longDriver('stopped.ndjson');
    const startedAt = performance.now();
    child.kill('SIGINT');
    await once(child, 'exit');
    expect(performance.now() - startedAt).toBeLessThan(4000);
    expect(child.exitCode).toBe(130);
    const last = readFileSync(join(cwd, 'stopped.ndjson'), 'utf8').trim().split('\n').at(-1) ?? '';
    expect(JSON.parse(last)).toMatchObject({ kind: 'end', ended: 'stopped', because: 'interrupted' });
  });

  it('that is killed leaves what it had told, which counts as cut', async () => {
    const child = await longDriver('killed.ndjson');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(readFileSync(join(cwd, 'killed.ndjson'), 'utf8')).not.toContain('"kind":"end"');
    const merged = await hopscope(['merge', 'killed.ndjson', '--out', 'killed', '--json'], { cwd });
    expect({ code: merged.code, ended: (JSON.parse(merged.stdout) as RunRecord).loads[0]?.ended }).toEqual({ code: 4, ended: 'cut' });
  });

  it('stops at its limit of time', async () => {
    const { code, stdout } = await hopscope(drive('idle', '--duration-limit', '0.5', '--quiet'), { cwd });
    expect(code).toBe(0);
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ ended: 'stopped', because: 'the limit of 500 ms was over' });
  });

  it.each([
    ['another scheme', ['--url', 'http://127.0.0.1/'], 'USAGE_ERR_BAD_FLAG', 'ws:// or wss://'],
    ['a shard that is none', ['--shard', '3/3'], 'USAGE_ERR_BAD_FLAG', 'i from 0 to N - 1'],
    ['a barrier without a port', ['--shard', '1/3', '--barrier', 'host'], 'USAGE_ERR_BAD_FLAG', 'HOST:PORT'],
    ['an unknown profile', ['--load', 'stead'], 'SPEC_ERR_UNKNOWN_NAME', 'steady'],
    ['a profile that is compared', ['--load', 'compared'], 'SPEC_ERR_LOAD', 'no control path'],
    ['a rate above what its drivers can pace', ['--load', 'fast', '--shard', '0/2'], 'SPEC_ERR_LOAD', '2 drivers'],
    ['flags of a manifest without one', ['--drivers', '3'], 'USAGE_ERR_BAD_FLAG', '--emit'],
    ['a file that is there', ['--out', 'load.yaml'], 'RUN_ERR_CANNOT_WRITE', 'EEXIST'],
  ])('refuses %s before it connects', async (_, flags, code, words) => {
    const result = await hopscope([...drive('steady'), ...flags], { cwd });
    expect(result.stderr).toContain(code);
    expect(result.stderr).toContain(words);
    expect(result.stdout).toBe('');
  });
});

it.each([
  ['no number of drivers', [], '--drivers'],
  ['a namespace that is no label', ['--drivers', '3', '--namespace', 'Load_1'], 'RFC 1123'],
  ['a claim that is no name', ['--drivers', '3', '--results-claim', '../x'], 'RFC 1123'],
])('a manifest with %s is refused', async (_, flags, words) => {
  const result = await hopscope([...drive('steady'), '--emit', 'kubernetes', ...flags], { cwd });
  expect(result).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(words) });
});

it('a manifest has a spec that a driver reads', async () => {
  const { stdout, code } = await hopscope([...drive('steady'), '--emit', 'kubernetes', '--drivers', '3'], { cwd });
  const [configMap] = parseAllDocuments(stdout).map((document) => document.toJS() as { readonly data: Readonly<Record<string, string>> });
  writeFileSync(join(cwd, 'emitted.yaml'), configMap?.data['load.yaml'] ?? '');
  const driven = await hopscope([...drive('steady'), '--spec', 'emitted.yaml', '--quiet', '--duration-limit', '0.2'], { cwd });
  expect([code, driven.code, driven.stderr]).toEqual([0, 0, '']);
});

it('leaves nothing but what was asked for', () => {
  expect(readdirSync(cwd).filter((name) => name === 'runs')).toEqual([]);
});
