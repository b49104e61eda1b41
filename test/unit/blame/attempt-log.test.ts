import { describe, expect, it } from 'vitest';
import { closerLogOf, logOfAttempt } from '../../../harness/blame/attempt-log.ts';
import type { Attempt, AttemptLog } from '../../../harness/blame/attempt-log.ts';
import type { ProxyLogEntry } from '../../../harness/model/service.ts';
import { logEntry, pathWith, T0 } from '../audits/path-builders.ts';

const attempt: Attempt = {
  path: pathWith(['haproxy', 'inner']),
  target: '/socket',
  clientPort: 40_001,
  startedAtMs: T0,
  endedAtMs: T0 + 10,
  status: 403,
};
const lines = (host: string, ...entries: readonly Partial<ProxyLogEntry>[]) =>
  entries.map((entry, line) => ({
    path: 'subject',
    scenario: 's',
    host,
    entry: logEntry({ status: 403, ...entry }),
    ref: { file: 'f', line },
  }));
const lineOf = (log: AttemptLog, host = 'haproxy'): number | undefined => log.get(host)?.ref.line;

describe('logOfAttempt', () => {
  it('joins the first proxy by port, even where its line has no target', () => {
    expect(lineOf(logOfAttempt(attempt, lines('haproxy', { clientPort: 40_002, status: 101 }, { target: null })))).toBe(1);
  });

  it('never takes a line of another port', () => {
    expect(lineOf(logOfAttempt(attempt, lines('haproxy', { clientPort: 40_002 })))).toBeUndefined();
  });

  it('joins a log without ports by target, time and status', () => {
    const portless = { clientPort: null };
    expect(
      lineOf(
        logOfAttempt(
          attempt,
          lines('haproxy', { ...portless, target: '/other' }, { ...portless, status: 200 }, { ...portless, atMs: T0 + 9000 }, portless),
        ),
      ),
    ).toBe(3);
  });

  it('joins farther proxies by target and time, whatever their port', () => {
    expect(lineOf(logOfAttempt(attempt, lines('inner', { clientPort: 1 }, { clientPort: 2, atMs: T0 - 9000 })), 'inner')).toBe(0);
  });

  it('leaves out lines that contradict each other', () => {
    expect(lineOf(logOfAttempt(attempt, lines('inner', {}, { server: 'be_other/other1' })), 'inner')).toBeUndefined();
  });

  it('takes the line with the status that the client got, not that of bytes which followed the request', () => {
    expect(lineOf(logOfAttempt(attempt, lines('haproxy', {}, { status: 400, target: null, server: 'fe_main/<NOSRV>' })))).toBe(0);
  });

  it('leaves out a port that was used again long after', () => {
    expect(lineOf(logOfAttempt(attempt, lines('haproxy', { atMs: T0 + 60_000 })))).toBeUndefined();
  });

  it('allows a time of whole seconds to lie a second back', () => {
    const second = T0 - (T0 % 1000);
    const late = { ...attempt, startedAtMs: second + 900, endedAtMs: second + 901 };
    expect(lineOf(logOfAttempt(late, lines('haproxy', { clientPort: null, atMs: second })))).toBe(0);
    expect(lineOf(logOfAttempt(late, lines('haproxy', { clientPort: null, atMs: second + 1 })))).toBeUndefined();
  });

  it('prefers access lines to error lines and ignores notices', () => {
    expect(lineOf(logOfAttempt(attempt, lines('haproxy', {}, { kind: 'error', clientPort: null, status: null }, { kind: 'notice' })))).toBe(
      0,
    );
  });
});

describe('closerLogOf', () => {
  it('takes the end from the error log when the access line leaves it open', () => {
    expect(
      lineOf(
        closerLogOf(attempt, lines('haproxy', { endedBy: null }, { kind: 'error', clientPort: null, status: null, endedBy: 'timeout' })),
      ),
    ).toBe(1);
  });

  it('leaves the query aside', () => {
    expect(
      lineOf(closerLogOf({ ...attempt, target: '/socket' }, lines('inner', { target: '/socket?hold=1', endedBy: 'timeout' })), 'inner'),
    ).toBe(0);
  });

  it('takes nothing when lines name different ends', () => {
    expect(lineOf(closerLogOf(attempt, lines('inner', { endedBy: 'timeout' }, { endedBy: 'client' })), 'inner')).toBeUndefined();
  });

  it('does not reach as far as the ends of other sockets', () => {
    expect(lineOf(closerLogOf(attempt, lines('inner', { atMs: T0 + 1500, endedBy: 'timeout' })), 'inner')).toBeUndefined();
  });
});
