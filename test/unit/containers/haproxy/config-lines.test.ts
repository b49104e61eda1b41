import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../../containers/haproxy/config-lines.ts';
import type { ConfigLine } from '../../../../harness/model/service.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const NAMES = [
  'plain',
  'http-server-close',
  'no-tunnel-timeout',
  'tunnel-timeout',
  'mode-tcp',
  'tls',
  'acl-static',
  'deny-upgrade',
  'chain-inner',
];
const BROKEN = 'scenarios/incidents/0001-refused-socket/broken/haproxy.cfg';
const FIXED = 'scenarios/incidents/0001-refused-socket/fixed/haproxy.cfg';
const ALL = [...NAMES.map((name) => `containers/haproxy/configs/${name}.cfg`), BROKEN, FIXED];

/** The found lines of one of our configs, each with the text that really stands at its line and column. */
function ofFile(file: string): readonly (ConfigLine & { readonly standing: string })[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const lines = text.split('\n');
  return readConfig(text, file).map((found) => ({ ...found, standing: (lines[found.line - 1] ?? '').slice(found.column - 1) }));
}

const DEFAULTS = 'defaults\n  mode http\n  timeout client 30s\n  timeout server 40s\n';
const LISTEN = 'listen l\n  timeout tunnel 1h\n  server s origin:9000\n';
const inListen = (line: string): readonly ConfigLine[] =>
  readConfig(`${DEFAULTS}${LISTEN}  ${line}\n`, 'f.cfg').filter(({ symptom }) => symptom !== 'cuts-idle');

describe('readConfig on the configs of this project', () => {
  it.each(ALL)('points at the right places of %s', (file) => {
    const found = ofFile(file);
    expect(found.length).toBeGreaterThan(0);
    for (const { standing, text, file: named } of found) expect([standing, named]).toEqual([text, file]);
  });

  it.each(ALL.filter((file) => !file.includes('no-tunnel')))('finds no idle limit under 30 s in %s', (file) => {
    const limits = ofFile(file).filter(({ symptom }) => symptom === 'cuts-idle');
    expect(limits.map(({ limitMs }) => limitMs ?? 0).every((limitMs) => limitMs >= 30_000)).toBe(true);
    expect(limits.length).toBe(1);
  });

  it('names both limits that cut a tunnel when there is no limit for tunnels', () => {
    expect(ofFile('containers/haproxy/configs/no-tunnel-timeout.cfg')).toMatchObject([
      { symptom: 'cuts-idle', text: 'timeout client 2s', limitMs: 2000 },
      { symptom: 'cuts-idle', text: 'timeout server 2s', limitMs: 2000 },
    ]);
  });

  it('names the rule that sends the socket to the static site, with the ACL behind it', () => {
    const [route] = ofFile('containers/haproxy/configs/acl-static.cfg').filter(({ symptom }) => symptom === 'answers-itself');
    expect(route).toMatchObject({ text: 'use_backend be_static if url_static', scope: { logName: 'be_static' } });
    expect(route?.explanation).toMatch(/whose server is `static:8000`.*`url_static` is `path_beg -i \/images \/s` \(line 24\)/);
  });

  it('names the rule that refuses upgrades', () => {
    expect(ofFile('containers/haproxy/configs/deny-upgrade.cfg').find(({ symptom }) => symptom === 'answers-itself')).toMatchObject({
      scope: { logName: 'fe_main', status: 403 },
      explanation: 'this rule refuses the request with status 403 `if { req.hdr(Upgrade) -m found }`',
    });
  });

  it('names the allow-list of the founding incident', () => {
    const [rule] = ofFile(BROKEN).filter(({ symptom }) => symptom === 'answers-itself');
    expect(rule).toMatchObject({ text: 'http-request deny deny_status 403 unless allowed_path', scope: { status: 403 } });
    expect(rule?.explanation).toContain('`allowed_path` is `path /` (line 26) or `path_beg /page /echo` (line 27)');
  });
});

describe('readConfig on idle limits', () => {
  const idle = (text: string): readonly unknown[] =>
    readConfig(text, 'f.cfg')
      .filter(({ symptom }) => symptom === 'cuts-idle')
      .map(({ text: line, limitMs, scope }) => [line, limitMs, scope?.logName]);

  it('lets `timeout tunnel` of the backend replace both others, and scopes what governs only one backend', () => {
    const routes = 'frontend f\n  use_backend a if x\n  default_backend b\n';
    expect(idle(`${DEFAULTS}${routes}backend a\n  timeout tunnel 5m\n  server s s:1\nbackend b\n  server s s:1\n`)).toEqual([
      ['timeout client 30s', 30_000, 'b'],
      ['timeout server 40s', 40_000, 'b'],
      ['timeout tunnel 5m', 300_000, 'a'],
    ]);
  });

  it('ignores `timeout tunnel` in a frontend and a `timeout tunnel` of 0, as HAProxy does', () => {
    const limits = [
      ['timeout client 30s', 30_000, undefined],
      ['timeout server 40s', 40_000, undefined],
    ];
    expect(idle(`${DEFAULTS}frontend f\n  timeout tunnel 1h\n  default_backend b\nbackend b\n  server s s:1\n`)).toEqual(limits);
    expect(idle(`${DEFAULTS}listen l\n  timeout tunnel 0\n  server s s:1\n`)).toEqual(limits);
  });

  it.each([
    ['1500', 1500],
    ['500us', 0.5],
    ['20ms', 20],
    ['3s', 3000],
    ['2m', 120_000],
    ['1h', 3_600_000],
    ['24d', 2_073_600_000],
  ])('reads the time %s', (time, limitMs) => {
    expect(idle(`listen l\n  timeout tunnel ${time}\n  server s s:1\n`)).toEqual([[`timeout tunnel ${time}`, limitMs, undefined]]);
  });

  it('reports a limit that stands in a variable without a number', () => {
    const line = 'timeout tunnel "${TUNNEL}"';
    expect(idle(`listen l\n  ${line}\n  server s s:1\n`)).toEqual([[line, undefined, undefined]]);
  });

  it('reads named defaults through `from`, not the section that stands before', () => {
    const defaults = 'defaults one\n  timeout tunnel 1s\ndefaults two from one\n  mode http\ndefaults three\n  timeout tunnel 9s\n';
    expect(idle(`${defaults}listen l from two\n  server s s:1\n`)).toEqual([['timeout tunnel 1s', 1000, undefined]]);
  });

  it('reads a limit that a rule sets', () => {
    expect(idle(`${DEFAULTS}listen l\n  timeout tunnel 1h\n  http-request set-timeout tunnel 5s if x\n  server s s:1\n`)).toContainEqual([
      'http-request set-timeout tunnel 5s if x',
      5000,
      undefined,
    ]);
  });
});

describe('readConfig on answers and headers', () => {
  it.each([
    ['http-request deny', 'answers-itself', 403],
    ['http-request deny deny_status 429 if x', 'answers-itself', 429],
    ['http-request return status 404 content-type text/plain string "status 500"', 'answers-itself', 404],
    ['http-request return', 'answers-itself', 200],
    ['http-request redirect location /x code 301', 'answers-itself', 301],
    ['redirect scheme https if !{ ssl_fc }', 'answers-itself', 302],
    ['http-request tarpit', 'answers-itself', 500],
    ['http-request auth realm x', 'answers-itself', 401],
    ['http-request reject', 'answers-itself', undefined],
    ['http-request silent-drop', 'answers-itself', undefined],
    ['tcp-request content reject if x', 'answers-itself', undefined],
    ['http-response deny', 'answers-itself', 502],
    ['monitor-uri /socket', 'answers-itself', 200],
    ['http-request del-header Upgrade', 'drops-upgrade', undefined],
    ['http-request del-header conn -m beg', 'drops-upgrade', undefined],
    ['http-request set-header Connection close', 'drops-upgrade', undefined],
    ['http-request set-header Upgrade h2c if x', 'drops-upgrade', undefined],
    ['http-request set-header Connection Upgrade', 'spoils-plain-http', undefined],
    ['http-request set-header X-Real-IP %[src]', 'changes-header', undefined],
    ['http-response del-header Server', 'changes-header', undefined],
    ['option forwardfor', 'changes-header', undefined],
    ['http-request set-path /x%[path]', 'rewrites-target', undefined],
    ['http-request replace-path /a(.*) \\1', 'rewrites-target', undefined],
  ])('takes `%s` for %s', (line, symptom, status) => {
    const [found, ...others] = inListen(line);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ symptom, line: 8, column: 3, text: line });
    expect(found?.scope?.status).toBe(status);
  });

  it.each(['option httpclose', 'option http-server-close', '# http-request deny', 'http-request allow', 'http-request constructor'])(
    'finds nothing in `%s`',
    (line) => {
      expect(inListen(line)).toEqual([]);
    },
  );

  it('finds a backend without a server, and the line that leads to it', () => {
    const text = `${DEFAULTS}frontend f\n  use_backend a if x\n  default_backend b\nbackend a\nbackend b\n  server s origin:9000\n`;
    expect(readConfig(text, 'f.cfg').filter(({ symptom }) => symptom === 'answers-itself')).toMatchObject([
      { line: 6, scope: { logName: 'a' }, explanation: 'this line gives the request to backend `a`, which has no server, `if x`' },
      { line: 8, text: 'backend a', scope: { logName: 'a', status: 503 } },
    ]);
  });

  it('finds a frontend that has nowhere to send what its rules do not take', () => {
    expect(readConfig(`${DEFAULTS}frontend f\n  use_backend b if x\nbackend b\n  server s origin:9000\n`, 'f.cfg')).toContainEqual(
      expect.objectContaining({ text: 'frontend f', scope: { logName: 'f', status: 503 } }),
    );
  });

  it('does not take the only backend for a wrong one, whatever its servers are called', () => {
    const text = `${DEFAULTS}frontend f\n  default_backend b\nbackend b\n  server s 10.0.0.1:80\n`;
    expect(readConfig(text, 'f.cfg').filter(({ symptom }) => symptom === 'answers-itself')).toEqual([]);
  });

  it('ignores http rules in mode tcp, as HAProxy does', () => {
    expect(readConfig('listen l\n  http-request deny\n  server s origin:9000\n', 'f.cfg')).toEqual([]);
  });
});

describe('readConfig on what is no config', () => {
  it.each([
    '',
    '\u0000\uffff',
    'server { listen 80; }',
    'frontend',
    'defaults from\nlisten\n"',
    'listen l\n  timeout\n  use_backend\n  http-request\n',
  ])('never throws: %j', (text) => {
    expect(Array.isArray(readConfig(text, 'f.cfg'))).toBe(true);
  });

  it('is bounded', () => {
    const chain = Array.from({ length: 30_000 }, (_, index) => `defaults d${index + 1} from d${index}\n timeout tunnel 5s`).join('\n');
    expect(readConfig(chain, 'f.cfg')).toEqual([]);
    expect(readConfig(`defaults\n mode http\nlisten l\n${' http-request deny\n'.repeat(5000)}`, 'f.cfg').length).toBe(500);
    const [wide] = readConfig(`listen l\n server s origin:9000\n mode http\n http-request deny if ${'a'.repeat(100_000)}`, 'f.cfg');
    expect(wide?.text.length).toBe(600);
  });

  it('does not take a status in the condition of a rule for the status that it answers', () => {
    expect(inListen('http-response deny if { status 101 }')).toMatchObject([{ symptom: 'answers-itself', scope: { status: 502 } }]);
  });
});
