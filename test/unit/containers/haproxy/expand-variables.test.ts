import { describe, expect, it } from 'vitest';
import { expandVariables } from '../../../../containers/haproxy/expand-variables.ts';

describe('expandVariables', () => {
  it('reads variables in double quotes, with their place', () => {
    const { text, variables } = expandVariables('global\n  stats uri "/${NAME}/$OTHER"', { NAME: 'a', OTHER: 'b' });
    expect(text).toBe('global\n  stats uri "/a/b"');
    expect(variables).toEqual([
      { name: 'NAME', fallback: null, line: 2, column: 15 },
      { name: 'OTHER', fallback: null, line: 2, column: 23 },
    ]);
  });

  it('reads them without quotes in addresses, and nowhere else', () => {
    expect(expandVariables('bind *:${PORT}\nhttp-request set-path ^/$x ${PORT}', { PORT: '80' }).text).toBe(
      'bind *:80\nhttp-request set-path ^/$x ${PORT}',
    );
  });

  it('leaves single quotes, escapes and comments alone', () => {
    const line = String.raw`acl a path '"$A"' "\$A" # "$A"`;
    expect(expandVariables(line, { A: 'x' })).toEqual({ text: line, variables: [] });
  });

  it('takes the fallback of a variable that nobody gave', () => {
    expect(expandVariables('server a "${HOST-localhost}:80"', {})).toEqual({
      text: 'server a "localhost:80"',
      variables: [{ name: 'HOST', fallback: 'localhost', line: 1, column: 11 }],
    });
  });

  it('needs none that the config sets itself, and none of HAProxy', () => {
    const config = 'setenv A 1\npresetenv B 2\nbind "*:$A"\nbind "*:$B"\npeer "$HAPROXY_LOCALPEER" 127.0.0.1:1';
    const { text, variables } = expandVariables(config, { B: '3' });
    expect(variables).toEqual([]);
    expect(text).toContain('bind "*:1"\nbind "*:3"');
  });

  it('does not let a value become words, quotes or a comment', () => {
    expect(expandVariables('bind "$A"', { A: 'x" y #z' }).text).toBe(String.raw`bind "x\"\ y\ \#z"`);
  });
});
