import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TriedCandidate } from '../../../harness/model/candidate.ts';
import type { BehaviouralChange, Mutant } from '../../../harness/model/search-results.ts';
import type { ConfigLine } from '../../../harness/model/service.ts';
import { mutantsOf } from '../../../harness/search/mutate.ts';
import { mutationScore } from '../../../harness/search/mutation-score.ts';
import { findingOf, textOf, treeOf } from './memory-runner.ts';

const titles = (text: string, service: string, lines: readonly ConfigLine[] = []): readonly string[] =>
  mutantsOf(treeOf(text), lines, service).map(({ title }) => title);

const line = (number: number, more: Partial<ConfigLine> = {}): ConfigLine => ({
  symptom: 'changes-header',
  file: 'haproxy.cfg',
  line: number,
  column: 1,
  text: '',
  explanation: 'it does something',
  ...more,
});

describe('mutantsOf', () => {
  it('leaves out and alters what a WebSocket depends on in HAProxy', () => {
    const text = `defaults
  mode http
  log global
  timeout tunnel 1h # long
  timeout client 30000
frontend fe
  acl ws hdr(Upgrade) -i websocket
  use_backend be if ws
backend be
  server a origin:9000 maxconn 10 ws h1
`;
    expect(titles(text, 'haproxy')).toEqual([
      '`mode http` removed',
      '`timeout tunnel 1h # long` removed',
      '`timeout tunnel 1h # long` is now `timeout tunnel 36s # long`',
      '`timeout client 30000` removed',
      '`timeout client 30000` is now `timeout client 300`',
      '`acl ws hdr(Upgrade) -i websocket` removed',
      '`acl ws hdr(Upgrade) -i websocket` is now `acl ws hdr(Upgrade) -i websocket-x`',
      '`use_backend be if ws` removed',
      '`use_backend be if ws` is now `use_backend be unless ws`',
      '`server a origin:9000 maxconn 10 ws h1` is now `server a origin:9000 maxconn 10`',
      '`server a origin:9000 maxconn 10 ws h1` is now `server a origin:9000 maxconn 1 ws h1`',
    ]);
  });

  it('keeps everything else of the text, and says where and why', () => {
    const text = 'defaults\r\n  timeout tunnel 1h\r\n  mode http\r\n';
    const [removed, altered] = mutantsOf(treeOf(text), [], 'haproxy');
    expect(removed === undefined ? '' : textOf(removed.tree)).toBe('defaults\r\n  mode http\r\n');
    expect(altered === undefined ? '' : textOf(altered.tree)).toBe('defaults\r\n  timeout tunnel 36s\r\n  mode http\r\n');
    expect(removed).toMatchObject({
      id: 'mutant-1',
      place: { file: 'haproxy.cfg', line: 2, column: 3 },
      because: expect.stringContaining('idle'),
    });
  });

  it('leaves out and alters what a WebSocket depends on in nginx', () => {
    const text = `map $http_upgrade $up { default upgrade; '' close; }
server {
  location /ws { proxy_pass http://origin; proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade;
    proxy_read_timeout 10m; }
}
`;
    expect(titles(text, 'nginx')).toEqual([
      '`default upgrade;` removed',
      '`default upgrade;` is now `default close;`',
      "`'' close;` removed",
      "`'' close;` is now `'' upgrade;`",
      '`proxy_http_version 1.1;` removed',
      '`proxy_http_version 1.1;` is now `proxy_http_version 1.0;`',
      '`proxy_set_header Upgrade $http_upgrade;` removed',
      '`proxy_set_header Upgrade $http_upgrade;` is now `proxy_set_header Upgrade "";`',
      '`proxy_read_timeout 10m;` removed',
      '`proxy_read_timeout 10m;` is now `proxy_read_timeout 6s;`',
    ]);
  });

  it('knows Caddy, Apache and Node', () => {
    expect(titles('example.com {\n  reverse_proxy origin:9000 {\n    stream_timeout 24h\n  }\n}\n', 'caddy')).toEqual([
      '`stream_timeout 24h` removed',
      '`stream_timeout 24h` is now `stream_timeout 864s`',
    ]);
    expect(titles('ProxyPass /ws http://origin:9000/ upgrade=websocket timeout=600\nProxyTimeout 60\n', 'apache')).toEqual([
      '`ProxyPass /ws http://origin:9000/ upgrade=websocket timeout=600` removed',
      '`ProxyPass /ws http://origin:9000/ upgrade=websocket timeout=600` is now `ProxyPass /ws http://origin:9000/ timeout=600`',
      '`ProxyPass /ws http://origin:9000/ upgrade=websocket timeout=600` is now `ProxyPass /ws http://origin:9000/ upgrade=websocket timeout=6`',
      '`ProxyTimeout 60` removed',
      '`ProxyTimeout 60` is now `ProxyTimeout 1`',
    ]);
    expect(titles('createProxy({\n  ws: true,\n  proxyTimeout: 60_000,\n});\n', 'node-proxy')).toEqual([
      '`ws: true,` is now `ws: false,`',
      '`proxyTimeout: 60_000,` removed',
      '`proxyTimeout: 60_000,` is now `proxyTimeout: 600,`',
    ]);
  });

  it('takes every line that the service named, and no default', () => {
    const text = 'backend be\n  http-request set-var(txn.a) str(b)\n  option tcpka\n';
    const lines = [line(2), line(3, { isDefault: true })];
    const mutants = mutantsOf(treeOf(text), lines, 'haproxy');
    expect(mutants.map(({ title, because }) => [title, because])).toEqual([
      ['`http-request set-var(txn.a) str(b)` removed', 'it does something'],
    ]);
  });

  it('leaves limits of 0 and shortest ones as they are', () => {
    expect(titles('defaults\n  timeout tunnel 0\n', 'haproxy')).toEqual(['`timeout tunnel 0` removed']);
    expect(titles('ProxyTimeout 1\n', 'apache')).toEqual(['`ProxyTimeout 1` removed']);
  });

  it('makes no mutant of what is of no matter', () => {
    expect(titles('global\n  log stdout local0\n  daemon\n', 'haproxy')).toEqual([]);
  });
});

describe('mutationScore', () => {
  const tried = (verdict: TriedCandidate['verdict'], more: Partial<TriedCandidate> = {}): TriedCandidate => ({
    id: '',
    status: 'tried',
    because: '',
    findings: [],
    fingerprints: new Map(),
    verdict,
    ...more,
  });
  const mutant = (title: string): Mutant => ({
    id: title,
    title,
    place: { file: 'a', line: 1, column: 1 },
    because: '',
    source: '',
    tree: treeOf(title),
  });
  const change = (area: string, what: string, isWorse: boolean | null): BehaviouralChange => ({
    id: what,
    path: 'entry',
    area,
    what,
    before: '101',
    after: '400',
    isWorse,
    shows: () => true,
  });

  it('counts what the policy notices, and leaves out what says nothing', () => {
    const score = mutationScore(
      tried('pass'),
      [
        { mutant: mutant('noticed'), tried: tried('fail') },
        { mutant: mutant('unjudged'), tried: tried('inconclusive') },
        { mutant: mutant('unnoticed'), tried: tried('pass') },
        { mutant: mutant('refused'), tried: tried('error', { status: 'rejected' }) },
        { mutant: mutant('slow'), tried: null },
      ],
      () => [],
    );
    expect(score).toMatchObject({ killed: 2, survived: 1, rejected: 1, timed: 1, score: 2 / 3 });
    expect(score.mutants.map(({ fate }) => fate)).toEqual(['killed', 'killed', 'survived', 'rejected', 'timed']);
  });

  it('has no score where nothing could be judged', () => {
    expect(mutationScore(tried('pass'), [], () => []).score).toBeNull();
  });

  it('goes by new failing findings where the unaltered config fails already', () => {
    const base = tried('fail', { findings: [findingOf()] });
    const fates = mutationScore(
      base,
      [
        { mutant: mutant('same'), tried: base },
        { mutant: mutant('more'), tried: tried('fail', { findings: [findingOf(), findingOf({ auditId: 'idle-cutoff' })] }) },
      ],
      () => [],
    ).mutants.map(({ fate }) => fate);
    expect(fates).toEqual(['survived', 'killed']);
  });

  it('lists survivors that refuse handshakes first and those that do nothing last', () => {
    const all = ['nothing', 'header', 'limit', 'refused'].map((title) => ({ mutant: mutant(title), tried: tried('pass', { id: title }) }));
    const changes: Readonly<Record<string, readonly BehaviouralChange[]>> = {
      header: [change('headers', 'request header', null)],
      limit: [change('limits', 'quiet', true), change('headers', 'request header', null)],
      refused: [change('limits', 'quiet', true), change('opening-handshake', 'plain', true)],
    };
    const { survivors } = mutationScore(tried('pass'), all, ({ id }) => changes[id] ?? []);
    expect(survivors.map((one) => one.mutant.title)).toEqual(['refused', 'limit', 'header', 'nothing']);
    expect(survivors[0]?.harm[0]).toBe('opening-handshake plain: 101 before, 400 now');
  });
});

const CONFIGS = join(import.meta.dirname, '../../../../shared/configs');

describe('real configs', () => {
  it.skipIf(!existsSync(CONFIGS))('have mutants, each with a text of its own', () => {
    for (const file of globSync('*/files/**/*', { cwd: CONFIGS, withFileTypes: true }).filter((entry) => entry.isFile())) {
      const service = /(haproxy|nginx|caddy|apache)/.exec(file.parentPath)?.[1] ?? '';
      const mutants = mutantsOf(treeOf(readFileSync(join(file.parentPath, file.name), 'utf8')), [], service);
      expect(new Set(mutants.map(({ tree }) => textOf(tree))).size).toBe(mutants.length);
    }
  });
});
