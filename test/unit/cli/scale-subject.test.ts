import { describe, expect, it } from 'vitest';
import { caddy } from '../../../containers/caddy/service.ts';
import { haproxy } from '../../../containers/haproxy/service.ts';
import { nginx } from '../../../containers/nginx/service.ts';
import { factorFor, factorOf, scaleTree } from '../../../harness/cli/scale-subject.ts';
import type { StoodSubject } from '../../../harness/cli/stand-up.ts';
import { timeLine } from '../audits/limit-builders.ts';
import { entry, subject } from '../world/surroundings.ts';
import { configTreeOf } from '../containers/config-tree-of.ts';

describe('what the durations of a config are divided by', () => {
  it.each([
    ['nothing is divided where no idle limit is known', [], null, 1],
    ['an idle limit comes down to two seconds', [timeLine(60_000)], 60_000, 30],
    ['one that is short already stays', [timeLine(1500)], 1500, 1],
    ['what ends handshakes keeps 150 ms', [timeLine(3_600_000), timeLine(5000, { modes: ['head-unanswered'] })], 3_600_000, 33],
    ['a duration that ends none of the watched connections keeps 20 ms', [timeLine(60_000), timeLine(500, { modes: [] })], 60_000, 25],
    ['one that is switched off bounds nothing', [timeLine(60_000), timeLine(0, { modes: ['connect-silent'] })], 60_000, 30],
    ['it is never less than one', [timeLine(100, { modes: ['connect-silent'] })], 60_000, 1],
  ])('%s', (_, lines, idleMs, factor) => {
    expect(factorFor(lines, idleMs)).toBe(factor);
  });
});

describe('the idle limit that is brought down', () => {
  const tree = configTreeOf({
    '/etc/nginx/nginx.conf':
      'http {\n  server {\n    listen 80;\n    location /ws { proxy_read_timeout 10m; proxy_pass http://a; }\n    location / { proxy_pass http://a; }\n  }\n}\n',
  });
  const at = (target: string, kind: 'declared' | 'likely') => entry({ scheme: 'ws', port: 80, target, kind });
  const factor = (...entries: readonly ReturnType<typeof entry>[]): number =>
    factorOf({ subject: subject({ service: 'nginx', tree }), service: nginx, entries } as unknown as StoodSubject);

  it('is that of the entries for WebSockets, where the config says which they are', () => {
    expect(factor(at('/ws', 'declared'), at('/', 'likely'))).toBe(300);
    expect(factor(at('/ws', 'likely'), at('/', 'likely'))).toBe(30);
  });
});

describe('a config whose durations are divided', () => {
  it('has the same lines, in every file of it', () => {
    const tree = configTreeOf({
      '/etc/nginx/nginx.conf': 'http {\n  include site.inc;\n  proxy_read_timeout 60s;\n}\n',
      '/etc/nginx/site.inc': 'server {\n  location / {\n    proxy_read_timeout 10m;\n    proxy_pass http://a;\n  }\n}\n',
    });
    const scaled = scaleTree(nginx, tree, 60).tree;
    expect([...scaled.files.keys()]).toEqual([...tree.files.keys()]);
    expect(scaled.files.get('/etc/nginx/nginx.conf')?.text).toMatch(/^ {2}proxy_read_timeout (?:1s|1000ms);$/m);
    expect(scaled.files.get('/etc/nginx/site.inc')?.text).toMatch(/^ {4}proxy_read_timeout (?:10s|10000ms);$/m);
    for (const [path, { text }] of tree.files) expect(scaled.files.get(path)?.text.split('\n')).toHaveLength(text.split('\n').length);
  });

  it('is the config itself at factor 1', () => {
    const tree = configTreeOf({ '/etc/haproxy/haproxy.cfg': 'defaults\n  timeout client 50s\n' });
    expect(scaleTree(haproxy, tree, 1)).toEqual({ tree, notes: [] });
    expect(scaleTree(haproxy, tree, 50).tree.files.get('/etc/haproxy/haproxy.cfg')?.text).toMatch(/timeout client (?:1s|1000(?:ms)?)$/m);
  });

  it('says so where its language is not rewritten', () => {
    const tree = configTreeOf({ '/etc/caddy/Caddyfile': ':80 {\n\treverse_proxy a:1\n}\n' });
    const service = { ...caddy, scaleTree: undefined, scaleDurations: undefined } as unknown as typeof caddy;
    expect(scaleTree(service, tree, 2)).toEqual({ tree, notes: ['its language is not rewritten'] });
  });
});
