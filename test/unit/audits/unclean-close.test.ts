import { describe, expect, it } from 'vitest';
import { uncleanClose } from '../../../harness/audits/unclean-close.ts';
import type { ClosingEvent } from '../../../harness/model/capture-analysis.ts';
import type { HandshakeEvidence, ProxyLogEvidence } from '../../../harness/model/evidence.ts';
import type { LegEvidence } from '../../../harness/model/wire-evidence.ts';
import type { ConnectionEnd } from '../../../harness/model/outcome.ts';
import { findingsOf, load, onControl } from './evidence-builders.ts';
import { client, handshake, head, originSaw, REQUEST, SWITCH } from './handshake-builders.ts';
import { capturesOf, closing, leg, serverLeg, stream, upgradeExchange, upgradeStream } from './leg-builders.ts';
import { hostOf, pathWith, proxyLog, T0 } from './path-builders.ts';

const path = pathWith(['haproxy']);
const FIN: ConnectionEnd = { kind: 'fin', atMs: T0 + 4 };
const RST: ConnectionEnd = { kind: 'reset', atMs: T0 + 4 };
const CLOSE: ConnectionEnd = { kind: 'close-frame', atMs: T0 + 3, code: 1000, reason: '' };

const ended = (end: ConnectionEnd, atOrigin: ConnectionEnd = CLOSE): HandshakeEvidence =>
  handshake({ client: client(head(REQUEST), head(SWITCH), { end }), origin: [originSaw(head(REQUEST), head(SWITCH), { end: atOrigin })] });
const judged = (one: HandshakeEvidence, proxyLogs: readonly ProxyLogEvidence[] = [], other = onControl(handshake())) =>
  findingsOf(uncleanClose, path, { handshakes: [other, one], hosts: [hostOf('haproxy')], proxyLogs });

describe('unclean-close of single sockets', () => {
  it('passes a Close frame', () => {
    expect(judged(handshake())).toEqual([expect.objectContaining({ outcome: 'pass' })]);
  });

  it.each<[string, ConnectionEnd, ConnectionEnd, readonly ProxyLogEvidence[], string, string]>([
    ['a proxy that says so, with the origin ended by it', FIN, RST, [proxyLog('haproxy', { endedBy: 'proxy' })], 'haproxy', 'certain'],
    ['a FIN that skips the Close answer of the origin', FIN, CLOSE, [], 'haproxy', 'likely'],
    ['an origin that ended it itself', FIN, { kind: 'local', atMs: T0 + 3 }, [], 'origin', 'likely'],
    ['a reset without a log', RST, CLOSE, [], 'unknown', 'unknown'],
    ['a proxy that says the server ended it', FIN, CLOSE, [proxyLog('haproxy', { endedBy: 'server' })], 'unknown', 'unknown'],
    [
      'a proxy and an origin that both claim it',
      FIN,
      { kind: 'local', atMs: T0 + 3 },
      [proxyLog('haproxy', { endedBy: 'timeout' })],
      'unknown',
      'unknown',
    ],
  ])('blames %s', (_, atClient, atOrigin, logs, host, confidence) => {
    expect(judged(ended(atClient, atOrigin), logs)).toMatchObject([
      { outcome: 'fail', measures: { uncleanCloses: 1 }, blame: { host, confidence } },
    ]);
  });

  it('accepts what the same case does on the control path', () => {
    expect(judged(ended(FIN), [], onControl(ended(FIN)))[0]?.outcome).toBe('pass');
  });
});

describe('unclean-close under load', () => {
  const lost = load({ lostSessions: { fin: 2 } });
  const own = (count: number): readonly ProxyLogEvidence[] =>
    Array.from({ length: count }, () => proxyLog('haproxy', { endedBy: 'timeout' }, 'steady-echo'));
  const loaded = (proxyLogs: readonly ProxyLogEvidence[], one = lost, other = onControl(load())) =>
    findingsOf(uncleanClose, path, { loads: [other, one], hosts: [hostOf('haproxy')], proxyLogs });

  it('passes when no session was lost', () => {
    expect(loaded([], load())).toEqual([expect.objectContaining({ outcome: 'pass', measures: { lostSessions: 0, sessions: 10 } })]);
  });

  it('blames the proxy whose log explains every lost session', () => {
    expect(loaded(own(2))).toMatchObject([
      { outcome: 'fail', measures: { lostSessions: 2 }, blame: { host: 'haproxy', confidence: 'likely' } },
    ]);
  });

  it('names nobody when the logs explain fewer', () => {
    expect(loaded(own(1))[0]?.blame?.host).toBe('unknown');
  });

  it('is inconclusive when the control path lost sessions', () => {
    expect(loaded(own(2), lost, onControl(lost))[0]?.outcome).toBe('inconclusive');
  });
});

describe('unclean-close with packets', () => {
  const ends = (of: LegEvidence, events: readonly ClosingEvent[]): LegEvidence => ({
    ...of,
    near: upgradeStream(101, { closing: events }),
    far: upgradeStream(101, { closing: events }),
  });
  const asked = closing('close-frame', 'a', 2);
  const skipped = (scenario: string) => [
    ends(leg({ scenario, endedAtMs: T0 + 5 }), [asked, closing('fin', 'b', 4, 45)]),
    ends(serverLeg({ scenario, endedAtMs: T0 + 5 }), [asked, closing('close-frame', 'b', 3), closing('fin', 'b', 3.5)]),
  ];

  it('makes it certain that a proxy did not pass a Close frame on', () => {
    const legs = skipped('opening-handshake');
    const [finding] = findingsOf(uncleanClose, path, {
      handshakes: [onControl(handshake()), ended(FIN)],
      hosts: [hostOf('haproxy')],
      legs,
      captures: legs.flatMap((one) => capturesOf(one)),
    });
    expect(finding?.blame).toMatchObject({
      host: 'haproxy',
      leg: 'client-haproxy',
      confidence: 'certain',
      because: expect.stringContaining('although a Close frame had come on its server leg'),
    });
    expect(finding?.details.map(({ title }) => title)).toContain('How the legs ended, by the captures at their ends');
  });

  it('decides where the end at the client names nobody', () => {
    const legs = skipped('opening-handshake');
    const [finding] = findingsOf(uncleanClose, path, {
      handshakes: [onControl(handshake()), ended(RST)],
      hosts: [hostOf('haproxy')],
      legs,
      captures: legs.flatMap((one) => capturesOf(one)),
    });
    expect(finding?.blame).toMatchObject({ host: 'haproxy', confidence: 'likely' });
  });

  it('names under load whoever ended as many sessions as were lost, and nobody when others did too', () => {
    const cut = (clientPort: number, by: 'a' | 'b'): readonly LegEvidence[] => {
      const exchange = upgradeExchange(101, { headers: [{ name: 'Sec-WebSocket-Key', value: String(clientPort) }] });
      const carrying = { exchanges: [exchange], exchangeCount: 1 };
      const [client, server] = [[closing('fin', 'b', 300, 45)], [closing('fin', by, 299)]];
      return [
        leg({
          scenario: 'steady-echo',
          clientPort,
          near: stream({ ...carrying, closing: client }),
          far: stream({ ...carrying, closing: client }),
        }),
        serverLeg({
          scenario: 'steady-echo',
          clientPort,
          near: stream({ ...carrying, closing: server }),
          far: stream({ ...carrying, closing: server }),
        }),
      ];
    };
    const ownEnd = ends(leg({ scenario: 'steady-echo', clientPort: 9 }), [asked]);
    const blamed = (legs: readonly LegEvidence[]) =>
      findingsOf(uncleanClose, path, {
        loads: [onControl(load()), load({ lostSessions: { fin: 2 } })],
        hosts: [hostOf('haproxy')],
        legs: [ownEnd, ...legs],
        captures: legs.flatMap((one) => capturesOf(one)),
      })[0]?.blame?.host;
    expect(blamed([...cut(1, 'a'), ...cut(2, 'a')])).toBe('haproxy');
    expect(blamed([...cut(1, 'b'), ...cut(2, 'b')])).toBe('origin');
    expect(blamed([...cut(1, 'a'), ...cut(2, 'b')])).toBe('unknown');
    expect(blamed(cut(1, 'a'))).toBe('unknown');
  });
});
