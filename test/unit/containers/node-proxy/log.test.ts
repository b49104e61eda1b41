import { describe, expect, it } from 'vitest';
import { parseLog } from '../../../../containers/node-proxy/log.ts';

const line = (event: string, fields: object): string =>
  JSON.stringify({ at: 1763860000653.324, event, clientPort: 38522, method: 'GET', url: '/socket', ...fields });
const close = (fields: object) =>
  parseLog(line('close', { status: null, serverStatus: null, server: null, endedBy: null, error: null, durationMs: 12.5, ...fields }));

describe('parseLog of a Node proxy', () => {
  it('takes the close event for the access line', () => {
    const raw = line('close', {
      status: 101,
      serverStatus: 101,
      server: '10.100.1.130:9000',
      endedBy: 'client',
      error: null,
      durationMs: 12.5,
    });
    expect(parseLog(raw)).toEqual({
      raw,
      kind: 'access',
      atMs: 1763860000653.324,
      clientPort: 38522,
      method: 'GET',
      target: '/socket',
      status: 101,
      serverStatus: 101,
      server: '10.100.1.130:9000',
      reachedServer: true,
      durationMs: 12.5,
      termination: null,
      terminationMeaning: 'the client closed the connection',
      endedBy: 'client',
    });
  });

  it.each([
    [{ endedBy: 'client' }, 'the client closed the connection before it had any answer'],
    [{ endedBy: 'proxy', status: 404 }, 'the program answered 404 by itself and asked no next host'],
    [{ endedBy: 'server', status: 502, error: 'ECONNREFUSED' }, 'the next host refused the connection'],
    [{ endedBy: 'client', error: 'ECONNRESET' }, 'the client reset or dropped the connection'],
    [{ endedBy: 'server', error: 'ENEW' }, 'the next host failed with ENEW'],
    [{ status: 200, serverStatus: 200 }, null],
  ])('says in words what %j means', (fields, meaning) => {
    expect(close(fields)?.terminationMeaning).toBe(meaning);
  });

  it('says only of a close event that no next host was reached', () => {
    expect(close({})?.reachedServer).toBe(false);
    expect(parseLog(line('upgrade', {}))).toMatchObject({ kind: 'notice', reachedServer: null });
    expect(parseLog(line('open', { server: '10.0.0.1:9000' }))).toMatchObject({ kind: 'notice', reachedServer: true });
  });

  it('reads an error with its code', () => {
    const entry = parseLog(line('error', { code: 'ECONNREFUSED', message: 'connect ECONNREFUSED', endedBy: 'server' }));
    expect(entry).toMatchObject({ kind: 'error', termination: 'ECONNREFUSED', endedBy: 'server' });
  });

  it('gives null for what is no line of ours', () => {
    for (const other of [
      '',
      '(node:30) [DEP0060] DeprecationWarning: x',
      '{"event":"other"}',
      '{"event":1}',
      '{',
      '[]',
      'null',
      `{"event":"close","url":"${'x'.repeat(70_000)}"}`,
    ]) {
      expect(parseLog(other)).toBeNull();
    }
  });

  it('has null for fields of another kind than expected', () => {
    expect(parseLog('{"event":"close","at":"now","status":"200","endedBy":"nobody"}')).toMatchObject({
      atMs: null,
      status: null,
      endedBy: null,
    });
  });
});
