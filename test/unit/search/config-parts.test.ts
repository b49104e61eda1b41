import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../harness/measure/seeded-random.ts';
import { allParts, type ConfigPart, keptLines, partsOf, withoutParts } from '../../../harness/search/config-parts.ts';
import { textOf, treeOf } from './memory-runner.ts';

const HAPROXY = `# edge
global
    maxconn 100   # enough

defaults
    mode http
    log-format "a # b"

frontend fe
    bind :80
    acl ws hdr(Upgrade) -i websocket
    use_backend be_ws if ws
backend be_ws
    server a origin:9000`;

const NGINX = `events {}
http {
  # all of it
  map $http_upgrade $up { default upgrade; '' close; }
  server { listen 80; location ~ "^/a{2}" { proxy_pass http://\${name}; } }
  log_format long '$remote_addr '
                  '"$request" }';  # two lines
  content_by_lua_block {
    local a = { b = "}" } -- }
  }
}
`;

const CADDY = `{
  admin off
}
example.com {
  # all
  @ws {
    header Connection *Upgrade*
  }
  reverse_proxy @ws origin:9000 {
    header_up Host {host}
  }
}
`;

const APACHE = `<VirtualHost *:80>
  ProxyPass /ws \\
    ws://origin:9000/
  <Location "/a#b">
    Require all granted
  </Location>
</VirtualHost>
`;

const NODE = `const proxy = createServer({
  target: 'http://origin:9000',
  ws: true,
});
// all
proxy.listen(8080);
`;

interface Shape {
  readonly lines: string;
  readonly parts: readonly Shape[];
}

const shapeOf = ({ from, to, parts }: ConfigPart): Shape => ({
  lines: from === to ? `${from}` : `${from}-${to}`,
  parts: parts.map(shapeOf),
});
const heads = (parts: readonly ConfigPart[]): readonly string[] => parts.map(({ text }) => text.split('\n')[0] ?? '');

function without(text: string, service: string, pick: (part: ConfigPart) => boolean): string {
  const tree = treeOf(text);
  return textOf(withoutParts(tree, allParts(partsOf(tree, service).top).filter(pick)));
}

describe('partsOf', () => {
  it('reads sections of HAProxy and their lines', () => {
    const { top, comments } = partsOf(treeOf(HAPROXY), 'haproxy');
    expect(heads(top)).toEqual(['global', 'defaults', 'frontend fe', 'backend be_ws']);
    expect(top.map(({ parts }) => heads(parts))).toEqual([
      ['maxconn 100   # enough'],
      ['mode http', 'log-format "a # b"'],
      ['bind :80', 'acl ws hdr(Upgrade) -i websocket', 'use_backend be_ws if ws'],
      ['server a origin:9000'],
    ]);
    expect(top[2]).toMatchObject({ from: 9, to: 12, file: 'haproxy.cfg', kind: 'block' });
    expect(comments).toMatchObject({ kind: 'comments', from: 1 });
  });

  it('reads blocks of nginx by braces, whatever stands in quotes and Lua', () => {
    const { top } = partsOf(treeOf(NGINX), 'nginx');
    expect(heads(top)).toEqual(['events {}', 'http {']);
    expect(heads(top[1]?.parts ?? []).map((head) => head.split(' ')[0])).toEqual(['map', 'server', 'log_format', 'content_by_lua_block']);
    const [listen, location] = top[1]?.parts[1]?.parts ?? [];
    expect(listen?.text).toBe('listen 80;');
    expect(location?.parts.map(({ text }) => text)).toEqual(['proxy_pass http://${name};']);
    expect(top[1]?.parts[2]).toMatchObject({ from: 6, to: 7 });
  });

  it('reads blocks of a Caddyfile', () => {
    const { top } = partsOf(treeOf(CADDY), 'caddy');
    expect(top.map(shapeOf)).toEqual([
      { lines: '1-3', parts: [{ lines: '2', parts: [] }] },
      {
        lines: '4-12',
        parts: [
          { lines: '6-8', parts: [{ lines: '7', parts: [] }] },
          { lines: '9-11', parts: [{ lines: '10', parts: [] }] },
        ],
      },
    ]);
  });

  it('reads containers of Apache and continued lines', () => {
    const [host] = partsOf(treeOf(APACHE), 'apache').top;
    expect(host === undefined ? null : shapeOf(host)).toEqual({
      lines: '1-7',
      parts: [
        { lines: '2-3', parts: [] },
        { lines: '4-6', parts: [{ lines: '5', parts: [] }] },
      ],
    });
  });

  it('reads a script by its indentation', () => {
    expect(partsOf(treeOf(NODE), 'node-proxy').top.map(shapeOf)).toEqual([
      {
        lines: '1-4',
        parts: [
          { lines: '2', parts: [] },
          { lines: '3', parts: [] },
        ],
      },
      { lines: '6', parts: [] },
    ]);
  });

  it('reads nginx text with braces that do not match by its indentation', () => {
    expect(heads(partsOf(treeOf('http {\n  a b;\n'), 'nginx').top)).toEqual(['http {']);
  });

  it('makes the content of an included file a part of its own', () => {
    const tree = treeOf('http { include conf.d/*.conf; }\n', { '/etc/nginx/conf.d/a.conf': 'gzip on;\ngzip_vary on;\n' });
    const { top } = partsOf(tree, 'nginx');
    expect(top[0]).toMatchObject({ kind: 'file', file: 'a.conf' });
    expect(heads(top[0]?.parts ?? [])).toEqual(['gzip on;', 'gzip_vary on;']);
  });

  it('leaves files alone that came with Hopscope', () => {
    const tree = treeOf('a b;\n');
    const files = new Map([...tree.files].map(([path, file]) => [path, { ...file, isWrapper: true as const }]));
    expect(partsOf({ ...tree, files }, 'nginx')).toEqual({ comments: null, top: [] });
  });
});

describe('withoutParts', () => {
  it('takes out whole lines and keeps the rest byte for byte', () => {
    const rest = without(HAPROXY, 'haproxy', ({ text }) => text.startsWith('acl') || text.startsWith('defaults'));
    expect(rest).toBe(HAPROXY.replace(/defaults[\s\S]*?\n(?=\n)/, '').replace(/ {4}acl.*\n/, ''));
  });

  it('takes one of several statements out of a line', () => {
    expect(without('server { listen 80; gzip on; }\n', 'nginx', ({ text }) => text === 'listen 80;')).toBe('server {  gzip on; }\n');
  });

  it('takes the comment behind a statement along', () => {
    expect(without('a b; # why\nc d;\n', 'nginx', ({ text }) => text === 'a b;')).toBe('c d;\n');
  });

  it('takes comments and blank lines out, and no `#` in quotes', () => {
    const tree = treeOf(HAPROXY);
    const { comments } = partsOf(tree, 'haproxy');
    const rest = textOf(withoutParts(tree, comments === null ? [] : [comments]));
    expect(rest).toBe(HAPROXY.replace('# edge\n', '').replace('   # enough', '').replaceAll('\n\n', '\n'));
  });

  it('takes comments out of every file', () => {
    const tree = treeOf('# a\na b;\n', { '/etc/nginx/b.conf': 'c d; # c\n' }, '/etc/nginx/nginx.conf');
    const { comments } = partsOf(tree, 'nginx');
    const rest = withoutParts(tree, comments === null ? [] : [comments]);
    expect([...rest.files.values()].map(({ text }) => text)).toEqual(['a b;\n', 'c d;\n']);
  });

  it('says where the lines that are left stood', () => {
    const tree = treeOf(HAPROXY);
    const parts = allParts(partsOf(tree, 'haproxy').top).filter(({ kind, text }) => kind === 'block' && !text.startsWith('backend'));
    expect(keptLines(tree, parts).map(({ line, text }) => `${line} ${text.trim()}`)).toEqual([
      '1 # edge',
      '13 backend be_ws',
      '14 server a origin:9000',
    ]);
  });

  const samples: readonly (readonly [string, string])[] = [
    ['haproxy', HAPROXY],
    ['nginx', NGINX],
    ['caddy', CADDY],
    ['apache', APACHE],
    ['node-proxy', NODE],
  ];

  it.each(samples)('takes any damaged text (%s)', (service, sample) => {
    const random = seededRandom(7);
    for (let round = 0; round < 200; round += 1) {
      const at = Math.floor(random() * sample.length);
      const text = `${sample.slice(0, at)}${'{}"\'\\#\n;<'[Math.floor(random() * 9)]}${sample.slice(at + Math.floor(random() * 9))}`;
      const tree = treeOf(text);
      const { top, comments } = partsOf(tree, service);
      expect(textOf(withoutParts(tree, []))).toBe(text);
      const rest = textOf(withoutParts(tree, [...top, ...(comments === null ? [] : [comments])]));
      expect(rest.length).toBeLessThanOrEqual(text.length);
      for (const part of allParts(top)) expect(part.from).toBeLessThanOrEqual(part.to);
    }
  });
});

const CONFIGS = join(import.meta.dirname, '../../../../shared/configs');

describe('real configs', () => {
  it.skipIf(!existsSync(CONFIGS))('are empty without all of their parts', () => {
    for (const file of globSync('*/files/**/*', { cwd: CONFIGS, withFileTypes: true }).filter((entry) => entry.isFile())) {
      const service = /(haproxy|nginx|caddy|apache)/.exec(file.parentPath)?.[1] ?? '';
      const tree = treeOf(readFileSync(join(file.parentPath, file.name), 'utf8'));
      const { top, comments } = partsOf(tree, service);
      expect(keptLines(tree, [...top, ...(comments === null ? [] : [comments])])).toEqual([]);
    }
  });
});
