import { describe, expect, it } from 'vitest';
import { expandTree, parseTree } from '../../../../containers/nginx/config-files.ts';
import type { Directive } from '../../../../containers/nginx/config-tree.ts';
import { MAIN, treeOf } from './trees.ts';

const shown = (level: readonly Directive[]): readonly string[] =>
  level.map(
    ({ name, args, block, file, line }) =>
      `${file?.label}:${line} ${[name, ...args].join(' ')}${block === null ? '' : ` {${shown(block).join('|')}}`}`,
  );

describe('parseTree', () => {
  it('puts what an include brings into the block where it stands, relative to the folder of the main config', () => {
    const tree = treeOf({
      [MAIN]: 'events {}\nhttp {\n  include conf.d/a.conf;\n  gzip on;\n}',
      '/etc/nginx/conf.d/a.conf': 'server {\n  include inner.inc;\n}',
      '/etc/nginx/inner.inc': 'listen 81;',
      '/etc/nginx/conf.d/inner.inc': 'listen 82;',
    });
    expect(shown(parseTree(tree))).toEqual([
      'nginx.conf:1 events {}',
      'nginx.conf:2 http {a.conf:1 server {inner.inc:1 listen 81}|nginx.conf:4 gzip on}',
    ]);
  });

  it('takes the matches of a pattern in the order of their names', () => {
    const tree = treeOf({
      [MAIN]: 'include conf.d/[ab]*.conf;',
      '/etc/nginx/conf.d/b.conf': 'b 1;',
      '/etc/nginx/conf.d/a2.conf': 'a 2;',
      '/etc/nginx/conf.d/.a.conf': 'hidden 1;',
      '/etc/nginx/conf.d/c.conf': 'c 1;',
      '/etc/nginx/conf.d/a/x.conf': 'x 1;',
    });
    expect(shown(parseTree(tree))).toEqual(['a2.conf:1 a 2', 'b.conf:1 b 1']);
  });

  it('ends where files include each other, and where they multiply', () => {
    expect(parseTree(treeOf({ [MAIN]: 'include a;', '/etc/nginx/a': 'x 1; include nginx.conf; include a;' }))).toHaveLength(1);
    const bomb = Object.fromEntries(Array.from({ length: 15 }, (_, index) => [`/etc/nginx/f${index}`, `include f${index + 1};`.repeat(9)]));
    expect(parseTree(treeOf({ [MAIN]: 'include f0;', ...bomb, '/etc/nginx/f15': 'x 1;' })).length).toBeLessThan(200_001);
  });

  it('says which includes brought nothing, and leaves out what comes with nginx', () => {
    const tree = treeOf({
      [MAIN]:
        'http { include mime.types; include none/*.conf;\n include gone.conf; map $a $b { include m.map; } }\ninclude modules-enabled/*.conf;',
    });
    const { main, absent } = expandTree(tree);
    expect(absent.map(({ path, inside }) => [path, inside])).toEqual([
      ['/etc/nginx/none/*.conf', 'http'],
      ['/etc/nginx/gone.conf', 'http'],
      ['/etc/nginx/m.map', 'map'],
    ]);
    expect(shown(main)).toEqual(['nginx.conf:1 http {nginx.conf:2 include gone.conf|nginx.conf:2 map $a $b {nginx.conf:2 include m.map}}']);
  });
});
