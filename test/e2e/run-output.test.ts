import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { HandshakeEvidence } from '../../harness/model/evidence.ts';
import type { RunRecord } from '../../harness/model/record.ts';
import { type Ended, emptyFolder, hopscope } from './hopscope-process.ts';
import { PLAIN_TEXT } from './run-cli.ts';

const cwd = emptyFolder();
const run = (out: string, ...flags: readonly string[]): Promise<Ended> =>
  hopscope(['run', '--lab', 'netns', '--path', 'direct', '--scenario', 'opening-handshake', '--out', out, ...flags], { cwd });

describe('what a run prints', () => {
  let plain: Ended;
  beforeAll(async () => {
    plain = await run('plain');
  });

  it('is its result on standard output, and how far it is on standard error', () => {
    expect(plain.code).toBe(0);
    expect(plain.stdout).toMatch(/verdict: pass, exit code 0\n\nplain\/report\.html\n$/);
    expect(plain.stderr).toMatch(/^\[1\/1\] Opening handshake: begins \(\d+ s\)\n$/);
  });

  it('moves no cursor and has no colours where there is no terminal', () => {
    expect(plain.stdout).toMatch(PLAIN_TEXT);
    expect(plain.stderr).toMatch(PLAIN_TEXT);
  });

  it('is JSON and nothing else with --json', async () => {
    const { code, stdout, stderr } = await run('json', '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync(join(cwd, 'json/record.json'), 'utf8')));
  });

  it('is one line with --quiet', async () => {
    const { code, stdout, stderr } = await run('quiet', '--quiet');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^pass: [^\n]+\n$/);
  });

  it('is written to the summary of a CI step as well, and a summary that cannot be written does not change the verdict', async () => {
    const summary = join(cwd, 'step.md');
    const environment = { GITHUB_STEP_SUMMARY: summary };
    await hopscope(['audit', 'plain'], { cwd, environment });
    expect(readFileSync(summary, 'utf8')).toContain('direct');
    const { code, stderr } = await hopscope(['audit', 'plain'], { cwd, environment: { GITHUB_STEP_SUMMARY: '/dev/full' } });
    expect(code).toBe(0);
    expect(stderr).toMatch(/step summary.*ENOSPC/);
  });
});

describe('a seed', () => {
  /** The heads of all requests. */
  const headsIn = (out: string): readonly string[] =>
    readFileSync(join(cwd, out, 'evidence/handshakes.ndjson'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as HandshakeEvidence)
      .map(
        ({ client }) =>
          Buffer.concat(client.sent.map(({ base64 }) => Buffer.from(base64, 'base64')))
            .toString('latin1')
            .split('\r\n\r\n')[0] ?? '',
      );
  const keysIn = (out: string): readonly string[] =>
    headsIn(out).flatMap((text) => /^Sec-WebSocket-Key: ([A-Za-z0-9+/]{22}==)/im.exec(text)?.[1] ?? []);

  it('makes every key that is sent, and another seed makes others', async () => {
    for (const [out, seed] of [
      ['seed-7', '7'],
      ['seed-7-again', '7'],
      ['seed-8', '8'],
    ] as const)
      expect((await run(out, '--seed', seed)).code).toBe(0);
    expect(keysIn('seed-7').length).toBeGreaterThan(5);
    expect(headsIn('seed-7-again')).toEqual(headsIn('seed-7'));
    expect(keysIn('seed-8').filter((key) => keysIn('seed-7').includes(key))).toEqual([]);
    expect((JSON.parse(readFileSync(join(cwd, 'seed-8/record.json'), 'utf8')) as RunRecord).run.seed).toBe(8);
  });
});

describe('a folder that holds a run already', () => {
  it('is not written over: evidence is never mixed', async () => {
    const evidence = (): string => readFileSync(join(cwd, 'plain/evidence/handshakes.ndjson'), 'utf8');
    const before = evidence();
    const { code, stderr } = await run('plain');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error USAGE_ERR_BAD_FLAG: expected a new or empty folder for the run, but \S+ holds a run\n/);
    expect(evidence()).toBe(before);
  });
});
