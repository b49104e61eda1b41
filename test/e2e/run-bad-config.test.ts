import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../harness/model/record.ts';
import { type Ended, emptyFolder, hopscope } from './hopscope-process.ts';
import { PLAIN_TEXT, TemporaryFolder } from './run-cli.ts';

const cwd = emptyFolder();
const temporary = new TemporaryFolder(emptyFolder());
const CONFIGS = join(import.meta.dirname, '../../containers');
const shipped = (name: string): string => readFileSync(join(CONFIGS, name), 'utf8');

writeFileSync(join(cwd, 'good.cfg'), shipped('haproxy/configs/plain.cfg'));
writeFileSync(join(cwd, 'typo.cfg'), shipped('haproxy/configs/plain.cfg').replace('bind :8080', 'bind :8080\n    bnid :8081'));
writeFileSync(join(cwd, 'typo.conf'), shipped('nginx/configs/upgrade-map.conf').replace('listen 8080;', 'listen 8080;\n        bogus on;'));
/** A relay at layer 4 and a web server on one port: the check of nginx accepts it, the kernel does not. */
const web = shipped('nginx/configs/upgrade-map.conf');
writeFileSync(join(cwd, 'twice.conf'), `${shipped('nginx/configs/stream.conf')}\n${web.slice(web.search(/^http\b/m))}`);
writeFileSync(
  join(cwd, 'hopscope.yaml'),
  `version: 1
settings: { lab: netns, scenarios: [opening-handshake] }
paths:
  - id: good
    proxies: [{ service: haproxy, config: good.cfg }]
  - id: haproxy-typo
    proxies: [{ service: haproxy, config: typo.cfg }]
  - id: nginx-typo
    proxies: [{ service: nginx, config: typo.conf }]
  - id: antique
    proxies: [{ service: haproxy, config: good.cfg, version: "1.5" }]
  - id: elsewhere
    proxies: [{ service: haproxy, config: good.cfg, port: 9999 }]
  - id: twice
    proxies: [{ service: nginx, config: twice.conf }]
`,
);
const lineOf = (file: string, word: string): number =>
  readFileSync(join(cwd, file), 'utf8')
    .split('\n')
    .findIndex((line) => line.includes(word)) + 1;

const run = (out: string, ...paths: readonly string[]): Promise<Ended> =>
  hopscope(['run', '--out', out, ...paths.flatMap((path) => ['--path', path])], { cwd, environment: temporary.environment });

describe('a config that the proxy itself refuses', () => {
  it.each([
    ['haproxy-typo', 'typo.cfg', 'bnid', /unknown keyword 'bnid'/],
    ['nginx-typo', 'typo.conf', 'bogus', /unknown directive "bogus"/],
  ])('ends the run of %s with the line of %s, and the lab with it', async (path, file, word, complaint) => {
    const { code, stdout, stderr } = await run(path, 'good', path);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^error CONFIG_ERR_REJECTED: /m);
    expect(stderr).toMatch(complaint);
    expect(stderr).toContain(`at ${file}:${lineOf(file, word)}`);
    expect(stderr).toMatch(PLAIN_TEXT);
    expect(temporary.left()).toEqual([]);
    expect(temporary.processes()()).toEqual([]);
  });
});

describe('a proxy that does not start', () => {
  let ended: Ended;
  let record: RunRecord;
  const cell = (path: string): RunRecord['cells'][number] | undefined => record.cells.find((one) => one.path === path);
  beforeAll(async () => {
    ended = await run('out', 'good', 'antique', 'elsewhere', 'twice');
    record = JSON.parse(readFileSync(join(cwd, 'out/record.json'), 'utf8')) as RunRecord;
  });

  it('is an error of the lab, and the other paths are run', () => {
    expect(ended.code).toBe(3);
    expect(ended.stdout).toContain('verdict: error, exit code 3');
    expect(cell('good')?.verdict).toBe('pass');
    expect(`${ended.stdout}${ended.stderr}`).toMatch(PLAIN_TEXT);
  });

  it.each([
    ['antique', /asks for HAProxy 1\.5, which this machine's PATH does not have, and no Debian release has it \(known: 2\.2, 2\.6, 3\.0\)/],
    ['elsewhere', /HAProxy on host elsewhere does not listen on port 9999 after 15000 ms \(listening: 8080\)/],
    ['twice', /nginx on host twice .*Address already in use/],
  ])('says of %s what is wrong', (path, words) => {
    expect(cell(path)).toMatchObject({ verdict: 'error', sentence: expect.stringMatching(words) });
    expect(ended.stdout.replaceAll(/\s+/g, ' ')).toMatch(words);
  });
});
