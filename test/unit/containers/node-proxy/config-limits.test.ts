import { expect, it } from 'vitest';
import { readLimits } from '../../../../containers/node-proxy/config-limits.ts';

const read = (text: string) =>
  readLimits(text, 'proxy.ts').map(({ line, modes, limitMs, isDefault }) => [line, modes, limitMs, isDefault ?? false]);

it('finds the times that a Node proxy sets', () => {
  const text = [
    'const server = createServer({ keepAliveTimeout: 2_000 }, handler);',
    'server.headersTimeout = 5000;',
    '// server.requestTimeout = 1;',
    'const proxy = createProxyServer({ target, proxyTimeout: 1500 });',
  ].join('\n');
  expect(read(text)).toEqual([
    [1, ['keep-alive-idle'], 3000, false],
    [2, ['connect-silent', 'head-unfinished'], 5000, false],
    [4, [], 1500, false],
  ]);
});

it("counts Node's defaults where a server is made", () => {
  expect(read('\nhttp.createServer(handler)')).toEqual([
    [2, ['connect-silent', 'head-unfinished'], 60_000, true],
    [2, ['keep-alive-idle'], 6000, true],
  ]);
  expect(read('export const nothing = 1;')).toEqual([]);
});
