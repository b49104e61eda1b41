import { describe, expect, it } from 'vitest';
import { exampleOf, isFoundIn, parseExpression } from '../../../../containers/haproxy/regular-expression.ts';

describe('a regular expression of a config', () => {
  it.each([
    '^/ws$',
    '^/(?:ws|wss)/v\\d+/',
    '/socket\\.io/?',
    '^/[a-f0-9]{8}-[a-f0-9]{4}/port',
    '^/api/v[12]/(live|stream)/[^/]+$',
    '^/(?<name>\\w{3,5})(/.*)?$',
    '^/[]x-]+/a',
    '^/a{2,}b*c?$',
    '^/x+?y',
  ])('has an example that it is found in: %s', (text) => {
    const expression = parseExpression(text, false);
    const example = expression === null ? null : exampleOf(expression);
    expect(example).toMatch(new RegExp(text.replace('[]x-]', '[\\]x-]')));
    expect(expression === null ? null : isFoundIn(expression, example ?? '')).toBe(true);
  });

  it.each([
    ['^/ws', '/ws/1', true],
    ['^/ws$', '/ws/1', false],
    ['(?i)^/WS', '/ws', true],
    ['\\.(png|css)$', '/a.css', true],
    ['\\.(png|css)$', '/a.cssx', false],
    ['^/(a|ab)(c|bcd)$', '/abcd', true],
    ['^[^.]+$', '/a.b', false],
  ])('%s in %s: %s', (text, value, found) => {
    const expression = parseExpression(text, false);
    expect(expression === null ? null : isFoundIn(expression, value)).toBe(found);
  });

  it.each(['(?=x)', '(a)\\1', '[[:alpha:]]', '(', '[a', 'a**', '\\bx', `${'('.repeat(40)}a${')'.repeat(40)}`, 'a'.repeat(600)])(
    'is not read when it is %s',
    (text) => expect(parseExpression(text, false)).toBeNull(),
  );

  it('gives up on what takes too many steps', () => {
    const expression = parseExpression('^(a+)+(a+)+(a+)+$', false);
    expect(expression === null ? true : isFoundIn(expression, `${'a'.repeat(100)}!`)).toBeNull();
  });
});
