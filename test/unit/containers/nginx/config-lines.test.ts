import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../../containers/nginx/config-lines.ts';
import type { ConfigSymptom } from '../../../../harness/model/service.ts';

const CONFIGS = join(import.meta.dirname, '../../../../containers/nginx/configs');

/** [symptom, text of the line, path prefix], without the harmless lines about headers that are set. */
const troubles = (text: string): unknown =>
  readConfig(text, 'x.conf')
    .filter(({ symptom }) => symptom !== 'changes-header')
    .map(({ symptom, text: line, scope }) => [symptom, line, scope?.pathPrefix]);

const inServer = (...lines: readonly string[]): string => ['http {', 'server {', ...lines, '}', '}'].join('\n');
const UPGRADE = [
  'proxy_http_version 1.1;',
  'proxy_set_header Upgrade $http_upgrade;',
  'proxy_set_header Connection upgrade;',
  'proxy_read_timeout 1h;',
];
const only = (text: string, symptom: ConfigSymptom) => readConfig(text, 'x.conf').filter((line) => line.symptom === symptom);

describe('readConfig on our own configs', () => {
  it.each([
    ['upgrade-map.conf', [['cuts-idle', 'proxy_read_timeout 120s;', '/']]],
    ['chain-outer.conf', [['cuts-idle', 'proxy_read_timeout 60s;', '/']]],
    ['tls.conf', [['cuts-idle', 'proxy_read_timeout 60s;', '/']]],
    [
      'bare.conf',
      [
        ['drops-upgrade', 'proxy_pass http://origin:9000;', '/'],
        ['cuts-idle', 'proxy_read_timeout 60s;', '/'],
      ],
    ],
    [
      'hardcoded-upgrade.conf',
      [
        ['spoils-plain-http', 'proxy_set_header Connection "upgrade";', '/'],
        ['cuts-idle', 'proxy_read_timeout 60s;', '/'],
      ],
    ],
    [
      'http10.conf',
      [
        ['speaks-http10', 'proxy_http_version 1.0;', '/'],
        ['cuts-idle', 'proxy_read_timeout 60s;', '/'],
      ],
    ],
    ['short-read-timeout.conf', [['cuts-idle', 'proxy_read_timeout 2s;', '/']]],
    ['stream.conf', [['cuts-idle', 'proxy_timeout 60s;', undefined]]],
    [
      'wrong-location.conf',
      [
        ['cuts-idle', 'proxy_read_timeout 60s;', '/ws/'],
        ['drops-upgrade', 'proxy_pass http://origin:9000;', '/'],
        ['cuts-idle', 'proxy_read_timeout 60s;', '/'],
      ],
    ],
  ])('finds in %s just what it is there to show', (name, expected) => {
    expect(troubles(readFileSync(join(CONFIGS, name), 'utf8'))).toEqual(expected);
  });

  it('names file, line and column of the line it quotes', () => {
    const text = readFileSync(join(CONFIGS, 'wrong-location.conf'), 'utf8');
    const [found] = only(text, 'drops-upgrade');
    const lines = text.split('\n');
    expect(found).toMatchObject({ file: 'x.conf', text: 'proxy_pass http://origin:9000;' });
    expect(lines[(found?.line ?? 0) - 1]?.slice((found?.column ?? 0) - 1)).toBe('proxy_pass http://origin:9000;');
    expect(lines.slice(0, (found?.line ?? 0) - 1).findLast((line) => line.includes('location'))).toContain('location / {');
  });
});

describe('readConfig on upgrades', () => {
  it('takes headers from the server block when the location declares none', () => {
    expect(only(inServer(...UPGRADE, 'location /a { proxy_pass http://o; }'), 'drops-upgrade')).toEqual([]);
  });

  it('knows that one header of its own takes all the outer ones from a location', () => {
    const [found] = only(inServer(...UPGRADE, 'location /a {', 'proxy_set_header X-A 1;', 'proxy_pass http://o; }'), 'drops-upgrade');
    expect(found).toMatchObject({ line: 9, scope: { pathPrefix: '/a' } });
    expect(found?.explanation).toContain('`proxy_set_header` of its own (line 8)');
    expect(found?.explanation).toContain('line 4 does not apply');
  });

  it.each([
    ['proxy_set_header Connection "";', 'never says upgrade'],
    ['proxy_set_header Connection keep-alive;', 'never says upgrade'],
    ['', 'no `proxy_set_header Connection` applies'],
  ])('wants Connection as well: %j', (line, words) => {
    const text = inServer(`location / { proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; ${line} proxy_pass http://o; }`);
    expect(only(text, 'drops-upgrade')[0]?.explanation).toContain(words);
  });

  it('looks up what a map can give', () => {
    const text = (value: string): string =>
      `http { map $http_upgrade $c { default ${value}; "" close; } server { location / { proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $c; proxy_pass http://o; } } }`;
    expect(only(text('upgrade'), 'drops-upgrade')).toHaveLength(0);
    expect(only(text('keep-alive'), 'drops-upgrade')).toHaveLength(1);
  });

  it('points at proxy_pass when the version is left to the default', () => {
    const text = inServer(
      'location / {',
      'proxy_set_header Upgrade $http_upgrade;',
      'proxy_set_header Connection $http_connection;',
      'proxy_pass http://o; }',
    );
    expect(only(text, 'speaks-http10')).toMatchObject([{ line: 6, text: 'proxy_pass http://o; }' }]);
  });
});

describe('readConfig on the rest', () => {
  it('gives the default idle limit at proxy_pass, and units in milliseconds', () => {
    expect(only(inServer('location / { proxy_pass http://o; }'), 'cuts-idle')).toMatchObject([
      { limitMs: 60_000, explanation: expect.stringContaining('default of 60 seconds') },
    ]);
    expect(only(inServer('proxy_read_timeout 1m 30s;', 'location / { proxy_pass http://o; }'), 'cuts-idle')).toMatchObject([
      { line: 3, limitMs: 90_000 },
    ]);
    expect(only('stream { server { listen 1; proxy_pass o:1; } }', 'cuts-idle')).toMatchObject([{ limitMs: 600_000 }]);
    expect(only(inServer(`proxy_read_timeout ${'1'.repeat(60)}x;`, 'location / { proxy_pass http://o; }'), 'cuts-idle')).toEqual([]);
  });

  it.each([
    ['location /a { return 403; }', { pathPrefix: '/a', status: 403 }],
    ['location /a { deny all; proxy_pass http://o; }', { pathPrefix: '/a', status: 403 }],
    ['return https://elsewhere;', { status: 302 }],
    ['location /a { rewrite ^ /b permanent; }', { pathPrefix: '/a', status: 301 }],
    ['location = /a { root /srv; }', { pathPrefix: '/a' }],
    ['location ~ \\.js$ { root /srv; }', undefined],
    ['location ~ ^/ws/ { return 404; }', { pathPrefix: '/ws/', status: 404 }],
    ['location / { if ($http_upgrade) { return 403; } proxy_pass http://o; }', { pathPrefix: '/', status: 403 }],
  ])('finds that nginx answers itself in %s', (line, scope) => {
    const found = only(inServer(line), 'answers-itself');
    expect(found).toHaveLength(1);
    expect(found[0]?.scope).toEqual(scope);
    expect(found[0]?.line).toBe(3);
  });

  it('finds targets that are changed, and not those that stay', () => {
    expect(only(inServer('location /ws/ { proxy_pass http://o/; }'), 'rewrites-target')[0]?.explanation).toContain(
      '`/` takes the place of `/ws/`',
    );
    expect(only(inServer('location /ws/ { rewrite ^/ws/(.*) /$1 break; proxy_pass http://o; }'), 'rewrites-target')).toHaveLength(1);
    expect(only(inServer('location / { proxy_pass http://o/; }', 'location /b { proxy_pass http://o; }'), 'rewrites-target')).toEqual([]);
  });

  it('reports headers that are changed, and the Host that nginx changes by default', () => {
    const text = inServer(
      'location / {',
      'proxy_set_header Origin "";',
      'proxy_set_header X-Same $http_x_same;',
      'proxy_pass http://o;',
      '}',
    );
    expect(only(text, 'changes-header').map(({ line, explanation }) => [line, explanation.slice(0, 31)])).toEqual([
      [4, '`proxy_set_header Origin ""` re'],
      [6, 'no `proxy_set_header Host` appl'],
    ]);
  });

  it.each([
    '',
    '\u0000',
    'http {',
    'http { server { location { proxy_pass; } } }',
    'http { server { location / { return; deny; rewrite; proxy_set_header; proxy_read_timeout; proxy_pass; } } }',
  ])('never throws: %j', (text) => {
    expect(() => readConfig(text, 'x')).not.toThrow();
  });
});
