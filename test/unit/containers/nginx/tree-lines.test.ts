import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../../containers/nginx/config-lines.ts';
import { readLimits } from '../../../../containers/nginx/config-limits.ts';
import { readTree } from '../../../../containers/nginx/tree-lines.ts';
import { MAIN, treeOf } from './trees.ts';

const HEADERS =
  'proxy_http_version 1.1;\nproxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection "upgrade";\nproxy_set_header Host $http_host;\n';

const bySymptom = (lines: ReturnType<typeof readTree>, symptom: string) => lines.filter((line) => line.symptom === symptom);

describe('readTree', () => {
  it('gives the same as both readers for a single file', () => {
    const text = `worker_shutdown_timeout 5s;\nhttp {\n  server {\n    listen 80 backlog=5;\n    location / { proxy_pass http://a; }\n  }\n}\n`;
    expect(readTree(treeOf({ [MAIN]: text }))).toEqual([...readConfig(text, 'nginx.conf'), ...readLimits(text, 'nginx.conf')]);
  });

  it('points at the line of the included file, and inherits what an include sets', () => {
    const lines = readTree(
      treeOf({
        [MAIN]: 'http {\n  server {\n    include upgrade.inc;\n    include locations.inc;\n  }\n}',
        '/etc/nginx/upgrade.inc': `${HEADERS}proxy_read_timeout 5m;`,
        '/etc/nginx/locations.inc':
          'location /ws {\n  proxy_pass http://a;\n}\nlocation /own {\n  proxy_set_header X-A b;\n  proxy_pass http://a;\n}',
      }),
    );
    expect(bySymptom(lines, 'drops-upgrade')).toMatchObject([
      { file: 'locations.inc', line: 6, text: 'proxy_pass http://a;', scope: { pathPrefix: '/own' } },
    ]);
    expect(bySymptom(lines, 'drops-upgrade')[0]?.explanation).toContain('(locations.inc:5)');
    expect(bySymptom(lines, 'drops-upgrade')[0]?.explanation).toContain('upgrade.inc:2');
    expect(bySymptom(lines, 'cuts-idle')).toMatchObject([
      { file: 'upgrade.inc', line: 5, limitMs: 300_000, text: 'proxy_read_timeout 5m;', scope: { pathPrefix: '/ws' } },
      { file: 'upgrade.inc', line: 5, limitMs: 300_000, scope: { pathPrefix: '/own' } },
    ]);
  });

  it('never points at the main config that came with it, whose settings apply all the same', () => {
    const lines = readTree(
      treeOf({
        [`wrapper:${MAIN}`]: `events { worker_connections 100; }\nhttp {\n  keepalive_timeout 65;\n  ${HEADERS}\n  include conf.d/*.conf;\n}`,
        '/etc/nginx/conf.d/site.conf': 'server {\n  location / {\n    proxy_pass http://a;\n  }\n}',
      }),
    );
    expect(new Set(lines.map(({ file }) => file))).toEqual(new Set(['site.conf']));
    expect(bySymptom(lines, 'drops-upgrade')).toEqual([]);
    expect(bySymptom(lines, 'limits-time').find(({ limitMs }) => limitMs === 65_000)).toMatchObject({ line: 2, text: 'location / {' });
  });

  it("knows that Debian's proxy_params ends the inheritance of headers", () => {
    const lines = readTree(
      treeOf({ [MAIN]: `http {\n${HEADERS}server { location / {\n include proxy_params; proxy_pass http://a; } } }` }),
    );
    expect(bySymptom(lines, 'drops-upgrade')).toHaveLength(1);
    expect(lines.every(({ file }) => file === 'nginx.conf')).toBe(true);
  });

  it('gives nothing for a tree without its main file', () => {
    expect(readTree({ ...treeOf({ [MAIN]: '' }), main: '/gone' })).toEqual([]);
  });

  describe('of an entry', () => {
    const tree = treeOf({
      [MAIN]: `http {
  proxy_read_timeout 900;
  server {
    listen 80;
    server_name chat.test;
    location /ws/ { ${HEADERS} proxy_read_timeout 3600; proxy_pass http://a; }
    location / { proxy_pass http://a; }
    location ~ /live$ { proxy_pass http://a; }
    location @fallback { proxy_read_timeout 30; proxy_pass http://b; }
  }
  server { listen 80; server_name other.test; location /ws/ { proxy_read_timeout 5; proxy_pass http://a; } }
}`,
    });
    const entry = {
      scheme: 'ws',
      host: 'chat.test',
      port: 80,
      target: '/ws/1?x=/live',
      address: null,
      kind: 'declared',
      because: '',
      place: null,
    } as const;
    const idle = (more: object): readonly (number | undefined)[] =>
      readTree(tree, { ...entry, ...more })
        .filter(({ symptom, modes }) => symptom === 'limits-time' && modes?.includes('idle') === true)
        .map(({ limitMs }) => limitMs);

    it('cut idle sockets only where they are of its own server and location, or of a named one', () => {
      expect(idle({})).toEqual([3_600_000, 30_000]);
      expect(idle({ target: '/ws/live' })).toEqual([900_000, 30_000]);
      expect(idle({ target: '/' })).toEqual([900_000, 30_000]);
      expect(idle({ host: 'other.test' })).toEqual([5000]);
    });

    it('are all where its server cannot be told', () => {
      expect(readTree(tree, { ...entry, port: 81 })).toEqual(readTree(tree));
    });

    it('say everything else as without one', () => {
      const rest = (lines: ReturnType<typeof readTree>) =>
        lines.filter(({ symptom, modes }) => symptom !== 'cuts-idle' && modes?.includes('idle') !== true);
      expect(rest(readTree(tree, entry))).toEqual(rest(readTree(tree)));
    });
  });
});
