import { describe, expect, it } from 'vitest';
import { nodeProxy } from '../../../../containers/node-proxy/service.ts';

describe('nodeProxy', () => {
  it("reads Node's version and nothing else's", () => {
    expect(nodeProxy.parseVersion('v24.21.0\n')).toBe('24.21.0');
    expect(nodeProxy.parseVersion('nginx version: nginx/1.22.1')).toBeNull();
  });

  it('is known by the package that listens', () => {
    const log = '{"at":1,"event":"listening","package":"http-proxy","version":"1.18.1","node":"v24.21.0","port":8080}\n';
    expect(nodeProxy.runningVersion?.(log)).toBe('http-proxy 1.18.1');
    expect(nodeProxy.runningVersion?.('')).toBeNull();
  });

  it('finds place and error in what Node prints about a broken program', () => {
    const stderr =
      'file:///srv/proxy.ts:7\nconst x: = 3;\n         ^\n\nSyntaxError [ERR_INVALID_TYPESCRIPT_SYNTAX]: Unexpected token\n    at x (node:internal:1:2)\n';
    expect(nodeProxy.parseRejection({ code: 1, stdout: '', stderr })).toEqual({
      line: 7,
      column: null,
      message: 'SyntaxError [ERR_INVALID_TYPESCRIPT_SYNTAX]: Unexpected token',
      file: '/srv/proxy.ts',
    });
  });

  it('falls back to the first line of anything else', () => {
    expect(nodeProxy.parseRejection({ code: 1, stdout: '', stderr: '\nkilled\n' })).toEqual({
      line: null,
      column: null,
      message: 'killed',
    });
  });
});
