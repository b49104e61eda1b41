import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../harness/model/record.ts';
import { emptyFolder, hopscope, HOPSCOPE, type Ended } from './hopscope-process.ts';
import { startProgram } from './run-cli.ts';

const ROOT = join(import.meta.dirname, '../..');
const cwd = emptyFolder();
const folder = join(cwd, 'out');
const text = (name: string): string => readFileSync(join(folder, name), 'utf8');
const folded = (words: string): string => words.replaceAll(/\s+/g, ' ');

/** What a reader of the page sees first, without markup. */
function topOfPage(html: string): string {
  const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  const words = html.replace(/^[^]*<body[^>]*>/, '').replaceAll(/<(script|style|svg)\b[^]*?<\/\1>/g, ' ');
  return folded(words.replaceAll(/<[^>]*>/g, ' ').replaceAll(/&(\w+|#39);/g, (whole, name: string) => entities[name] ?? whole)).slice(
    0,
    2000,
  );
}

/** What the engineer of the day needed, in the order of the sentence: who and what, on whose word, on which line, and who is innocent. */
function partsOfTheAnswer(): readonly RegExp[] {
  const config = readFileSync(join(ROOT, 'scenarios/incidents/0001-refused-socket/broken/haproxy.cfg'), 'utf8');
  const line = config.split('\n').findIndex((candidate) => candidate.trim().startsWith('http-request deny')) + 1;
  return [
    /HAProxy 2[\d.]+[^;]* answered 403 to GET \/live\/socket by itself; the origin never saw the request/,
    /HAProxy log: PR--, the proxy itself refused the request \(deny rule or invalid request\)/,
    new RegExp(`0001-refused-socket/broken/haproxy\\.cfg:${line}\\b`),
    /http-request deny deny_status 403 unless allowed_path/,
    /firewall\W+innocent\W+\d+\.\d % of segments .*?\d+\.\d % on the control path/,
  ];
}

const missingFrom = (words: string): readonly RegExp[] => partsOfTheAnswer().filter((part) => !part.test(folded(words)));

let run: Ended;
let record: RunRecord;
beforeAll(async () => {
  const scenarios = ['opening-handshake', 'steady-echo', 'idle-hold', 'http-beside'].flatMap((scenario) => ['--scenario', scenario]);
  run = await hopscope(['run', '--lab', 'netns', '--path', 'incident-0001-*', ...scenarios, '--out', 'out'], { cwd });
  record = JSON.parse(text('record.json')) as RunRecord;
});

describe('the founding incident', () => {
  it('passes, because exactly the declared failure is there, and only in the broken config', () => {
    expect(run.code).toBe(0);
    const observed = (path: string): readonly string[] => record.cells.filter((cell) => cell.path === path).map((cell) => cell.observed);
    expect(observed('incident-0001-broken')).toContain('fail');
    expect(observed('incident-0001-fixed')).not.toContain('fail');
    expect(record.expectations).toEqual([expect.objectContaining({ path: 'incident-0001-broken', audit: 'refused-upgrade', met: true })]);
  });

  it('is answered by the first paragraph that is printed', () => {
    expect(missingFrom(run.stdout.split('\n\n')[0] ?? '')).toEqual([]);
  });

  it('is answered at the top of the HTML report', () => {
    expect(missingFrom(topOfPage(text('report.html')))).toEqual([]);
  });

  it('is blamed on HAProxy with certainty, on the leg of the client, and on no other host', () => {
    // What the programs are known for is another story.
    const named = record.findings.filter(({ outcome, blame, quirk }) => outcome === 'fail' && blame !== null && quirk === undefined);
    expect(new Set(named.map(({ blame }) => blame?.host))).toEqual(new Set(['incident-0001-broken']));
    expect(named.find(({ scenario }) => scenario === 'opening-handshake')?.blame).toMatchObject({
      confidence: 'certain',
      leg: 'client-incident-0001-broken',
      direction: 'to-client',
    });
  });

  it('leaves a record that keeps to its schema', () => {
    const schema = JSON.parse(readFileSync(join(ROOT, 'reports/json/record.schema.json'), 'utf8')) as object;
    const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema);
    validate(record);
    expect(validate.errors ?? []).toEqual([]);
  });

  it('leaves reports for a CI and for a summary', () => {
    expect(text('junit.xml')).toMatch(/^<\?xml [^]*<testsuites [^>]*failures="0"/);
    expect(text('summary.md')).toContain('answered 403');
  });

  it('cites only evidence that is there', () => {
    const cited = record.findings.flatMap(({ evidence }) => evidence);
    expect(cited.length).toBeGreaterThan(10);
    const linesOf = new Map([...new Set(cited.map(({ file }) => file))].map((file) => [file, text(file).split('\n')]));
    for (const { file, line } of cited) expect(() => JSON.parse(linesOf.get(file)?.[line - 1] ?? '')).not.toThrow();
  });

  it('keeps the configs and the logs of its hosts', () => {
    const hosts = record.paths.flatMap((path) => path.hosts);
    const files = hosts.flatMap(({ config, log }) => [config?.file ?? null, log]).filter((file) => file !== null);
    expect(files.length).toBeGreaterThan(5);
    expect(files.filter((file) => !existsSync(join(folder, file)))).toEqual([]);
    expect(text('hosts/incident-0001-broken.log')).toContain('fe_main/<NOSRV>');
  });
});

describe('a saved run', () => {
  it('is judged again to the same words and exit code, without a network and without a program on PATH', async () => {
    const argv = ['/usr/bin/unshare', '--net', ...HOPSCOPE, 'audit', 'out'];
    const again = await startProgram(argv, { cwd, environment: { PATH: '/nowhere' } }).ended;
    expect(again).toMatchObject({ code: run.code, stderr: '' });
    expect(run.stdout).toBe(`${again.stdout}\nout/report.html\n`);
  });

  it('is reported again byte by byte', async () => {
    const { code, stdout } = await hopscope(['report', 'out', '--out', 'again'], { cwd });
    expect(code).toBe(0);
    expect(stdout.split('\n').toSorted().filter(Boolean)).toEqual([
      'again/junit.xml',
      'again/record.json',
      'again/report.html',
      'again/summary.md',
    ]);
    for (const name of ['report.html', 'junit.xml', 'record.json', 'summary.md'])
      expect(readFileSync(join(cwd, 'again', name)).equals(readFileSync(join(folder, name)))).toBe(true);
  });
});
