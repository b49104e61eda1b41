import { describe, expect, it } from 'vitest';
import { type Directive, parseConfig } from '../../../../containers/nginx/config-tree.ts';

const words = (directives: readonly Directive[]): unknown =>
  directives.map(({ name, args, block }) => (block === null ? [name, ...args] : [name, ...args, words(block)]));

describe('parseConfig', () => {
  it('gives directives and blocks with 1-based places', () => {
    const [http] = parseConfig('# head\nhttp {\n  server { listen 80; }\n}\n');
    expect(http).toMatchObject({ name: 'http', line: 2, column: 1 });
    expect(http?.block?.[0]).toMatchObject({ name: 'server', line: 3, column: 3 });
    expect(http?.block?.[0]?.block?.[0]).toMatchObject({ name: 'listen', args: ['80'], line: 3, column: 12 });
  });

  it.each([
    ['a "b c" \'d;{}\' ;', [['a', 'b c', 'd;{}']]],
    ['a "b \\" c";', [['a', 'b " c']]],
    ['a b#c; # not here; d e;', [['a', 'b#c']]],
    ['a ${name}x; b;', [['a', '${name}x'], ['b']]],
    ['a "" b;', [['a', '', 'b']]],
    ['location ~ ^/a\\.b$ { c; }', [['location', '~', '^/a\\.b$', [['c']]]]],
    ["log '{\"a\":'\n '1}';", [['log', '{"a":', '1}']]],
    ['a\tb\r\n;', [['a', 'b']]],
  ])('reads %j as nginx does', (text, expected) => {
    expect(words(parseConfig(text))).toEqual(expected);
  });

  it('keeps the place of a directive that follows a quoted line break', () => {
    expect(parseConfig('a "x\ny";\n b;').at(-1)).toMatchObject({ name: 'b', line: 3, column: 2 });
  });

  it.each(['', '}', '}}} a;', 'a {', 'a "b', "'", '\\', 'a { b { c', ';;;', '{{{{', '\u0000\uffff', '#'])('never throws: %j', (text) => {
    expect(() => parseConfig(text)).not.toThrow();
  });

  it('bounds depth and length', () => {
    expect(() => parseConfig('a {'.repeat(100_000))).not.toThrow();
    expect(parseConfig(`${' '.repeat(2 << 20)}a;`)).toEqual([]);
  });
});
