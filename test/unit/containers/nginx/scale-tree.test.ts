import { describe, expect, it } from 'vitest';
import { scaleTree } from '../../../../containers/nginx/scale-tree.ts';
import { MAIN, treeOf } from './trees.ts';

describe('scaleTree', () => {
  it('divides the durations of every file, and writes defaults for what none sets at the level of http', () => {
    const { files, notes } = scaleTree(
      treeOf({
        [MAIN]: 'events {}\nhttp {\n  include times.inc;\n  include conf.d/*.conf;\n  include mime.types;\n}\n',
        '/etc/nginx/times.inc': 'keepalive_timeout 30s;\nsend_timeout 10;\n',
        '/etc/nginx/conf.d/a.conf': 'server {\n  proxy_read_timeout 1h;\n  listen 80;\n}\n',
        '/etc/nginx/conf.d/b.conf': 'server { listen 81; }\n',
        '/etc/nginx/unused.conf': 'send_timeout 10;',
      }),
      100,
    );
    expect([...files.keys()]).toEqual([MAIN, '/etc/nginx/times.inc', '/etc/nginx/conf.d/a.conf']);
    expect(files.get('/etc/nginx/times.inc')).toBe('keepalive_timeout 300ms;\nsend_timeout 100ms;\n');
    expect(files.get('/etc/nginx/conf.d/a.conf')).toBe('server {\n  proxy_read_timeout 36000ms;\n  listen 80;\n}\n');
    const main = files.get(MAIN) ?? '';
    expect(main.split('\n')).toHaveLength(7);
    expect(main.split('\n')[1]).toContain(' proxy_read_timeout 600ms;');
    expect(main).not.toContain('keepalive_timeout');
    expect(main).not.toContain('send_timeout 600ms; proxy_connect');
    expect(notes).toEqual([]);
  });

  it('says where a file that is not there hides what is set, and names the file of what it cannot divide', () => {
    const { files, notes } = scaleTree(treeOf({ [MAIN]: 'http {\n  include gone.inc;\n  send_timeout $x;\n}' }), 10);
    expect(files.size).toBe(0);
    expect(notes).toEqual([
      'nginx.conf: line 3: `send_timeout $x` is no plain time and stays as it is',
      'nginx.conf: line 2: what `include gone.inc` brings is not known, so the defaults are not scaled',
    ]);
  });

  it('gives nothing for a tree without its main file', () => {
    expect(scaleTree({ ...treeOf({ [MAIN]: '' }), main: '/gone' }, 10).files.size).toBe(0);
  });
});
