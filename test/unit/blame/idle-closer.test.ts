import { describe, expect, it } from 'vitest';
import type { AttemptLog } from '../../../harness/blame/attempt-log.ts';
import { blameCut, limitLine } from '../../../harness/blame/idle-closer.ts';
import type { CutSocket } from '../../../harness/blame/idle-closer.ts';
import type { ConnectionEnd } from '../../../harness/model/outcome.ts';
import type { ConfigLine, ProxyLogEntry } from '../../../harness/model/service.ts';
import { configLine, hostOf, logEntry, pathWith, T0 } from '../audits/path-builders.ts';

const FIN: ConnectionEnd = { kind: 'fin', atMs: T0 };
const RST: ConnectionEnd = { kind: 'reset', atMs: T0 };
const CLOSE: ConnectionEnd = { kind: 'close-frame', atMs: T0, code: 1001, reason: '' };
const OPEN: ConnectionEnd = { kind: 'survived' };
const LOCAL: ConnectionEnd = { kind: 'local', atMs: T0 - 1 };

type Says = ProxyLogEntry['endedBy'];
const limit = (limitMs: number, more: Partial<ConfigLine> = {}): ConfigLine => configLine('cuts-idle', { line: limitMs, limitMs, ...more });

interface Case {
  readonly proxies?: readonly string[];
  readonly limits?: Readonly<Record<string, readonly ConfigLine[]>>;
  readonly says?: Readonly<Record<string, Says>>;
  readonly client?: ConnectionEnd;
  readonly origin?: ConnectionEnd | null;
}

function socket({ proxies = ['haproxy'], limits = {}, says = {}, client = FIN, origin = RST }: Case): CutSocket {
  const log: AttemptLog = new Map(
    Object.entries(says).map(([host, endedBy]) => [
      host,
      { path: 'subject', scenario: 'idle-hold', host, entry: logEntry({ endedBy }), ref: { file: 'f', line: 1 } },
    ]),
  );
  return {
    path: pathWith(proxies),
    hosts: proxies.map((name) => hostOf(name, limits[name] ?? [])),
    client,
    origin,
    limitMs: 2003,
    what: 'an idle socket',
    log,
  };
}

describe('blameCut: rows of the signature table', () => {
  it.each<[string, Case, string, string]>([
    ['FIN, RST, cD: an idle limit of HAProxy', { says: { haproxy: 'timeout' }, limits: { haproxy: [limit(2000)] } }, 'haproxy', 'certain'],
    ['FIN, FIN, info `upstream timed out`: nginx', { proxies: ['nginx'], origin: FIN, says: { nginx: 'timeout' } }, 'nginx', 'certain'],
    ['FIN, FIN, K: killed inside the proxy', { origin: FIN, says: { haproxy: 'proxy' } }, 'haproxy', 'certain'],
    ["a log that says so, the origin's end not recorded", { origin: null, says: { haproxy: 'timeout' } }, 'haproxy', 'likely'],
    ['no log, the limit fits', { limits: { haproxy: [limit(2000)] } }, 'haproxy', 'likely'],
    ['no log, no limit, an orderly end on both legs', { origin: FIN }, 'haproxy', 'likely'],
    ['a Close frame on both legs', { client: CLOSE, origin: CLOSE }, 'haproxy', 'likely'],
    ['RST, RST, no log, no limit: perhaps injected', { client: RST, origin: RST }, 'unknown', 'unknown'],
    ['the origin still open, no log, no limit', { origin: OPEN }, 'unknown', 'unknown'],
    ['FIN after the origin ended it', { origin: LOCAL }, 'origin', 'likely'],
    ['the origin ended it, and the proxy says that it did', { origin: LOCAL, says: { haproxy: 'timeout' } }, 'unknown', 'unknown'],
    ['the origin ended it long after the client saw it', { client: { kind: 'fin', atMs: T0 - 900 }, origin: LOCAL }, 'unknown', 'unknown'],
    [
      'SD or CD: the proxy says that a neighbour ended it',
      { says: { haproxy: 'server' }, limits: { haproxy: [limit(2000)] } },
      'unknown',
      'unknown',
    ],
    ['the same in an orderly way', { says: { haproxy: 'client' }, origin: FIN }, 'unknown', 'unknown'],
    ['a path without proxies', { proxies: [] }, 'unknown', 'unknown'],
  ])('%s', (_, given, host, confidence) => {
    expect(blameCut(socket(given))).toMatchObject({ host, confidence });
  });

  it.each<[string, Case, string]>([
    ['the one whose log says so', { says: { nginx: 'server', haproxy: 'timeout' } }, 'haproxy'],
    [
      'of two that say so, the one whose limit fits',
      { says: { nginx: 'timeout', haproxy: 'timeout' }, limits: { nginx: [limit(60_000)], haproxy: [limit(2000)] } },
      'haproxy',
    ],
    [
      'nobody when both say so and both limits fit',
      { says: { nginx: 'timeout', haproxy: 'timeout' }, limits: { nginx: [limit(2100)], haproxy: [limit(2000)] } },
      'unknown',
    ],
    ['the only one whose limit fits', { limits: { nginx: [limit(60_000)], haproxy: [limit(2000)] } }, 'haproxy'],
    ['nobody when two limits fit equally', { limits: { nginx: [limit(2200)], haproxy: [limit(2000)] } }, 'unknown'],
    [
      'the one that fits and does not deny it',
      { limits: { nginx: [limit(2200)], haproxy: [limit(2000)] }, says: { nginx: 'server' } },
      'haproxy',
    ],
    ['nobody without logs and limits', { origin: FIN }, 'unknown'],
  ])('of two proxies names %s', (_, given, host) => {
    expect(blameCut(socket({ proxies: ['nginx', 'haproxy'], ...given })).host).toBe(host);
  });
});

describe('limitLine', () => {
  const line = (...lines: readonly ConfigLine[]): number | undefined => limitLine(socket({ limits: { haproxy: lines } }), 'haproxy')?.line;

  it.each([
    [1750, 1750],
    [2300, 2300],
    [1600, undefined],
    [2400, undefined],
  ])('fits a limit of %i ms to 2003 ms measured within 15 %% or 300 ms: %s', (limitMs, found) => {
    expect(line(limit(limitMs))).toBe(found);
  });

  it('prefers the nearest and none of two that are as near', () => {
    expect(line(limit(2200), limit(2000))).toBe(2000);
    expect(line(limit(2000), limit(2020))).toBeUndefined();
  });

  it('leaves out limits of other targets and other symptoms', () => {
    expect(line(limit(2000, { scope: { pathPrefix: '/api' } }), configLine('changes-header', { limitMs: 2000 }))).toBeUndefined();
  });
});
