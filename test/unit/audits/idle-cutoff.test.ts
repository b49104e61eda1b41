import { describe, expect, it } from 'vitest';
import { idleCutoff } from '../../../harness/audits/idle-cutoff.ts';
import type { ClosingEvent } from '../../../harness/model/capture-analysis.ts';
import type { HostEvidence, IdleEvidence, ProxyLogEvidence } from '../../../harness/model/evidence.ts';
import type { LegEvidence } from '../../../harness/model/wire-evidence.ts';
import { cutIdle, findingsOf, idle, onControl } from './evidence-builders.ts';
import { rejected } from './handshake-builders.ts';
import { arrived, capturesOf, closing, deafness, leg, serverLeg, transit, upgradeStream } from './leg-builders.ts';
import { configLine, hostOf, pathWith, proxyLog, T0 } from './path-builders.ts';

const path = pathWith(['haproxy']);
const held = onControl(idle());
const tunnel = configLine('cuts-idle', { line: 17, text: 'timeout tunnel 2s', limitMs: 2000 });
const timedOut = proxyLog(
  'haproxy',
  { atMs: T0 + 2004, termination: 'cD--', terminationMeaning: 'an idle limit expired', endedBy: 'timeout' },
  'idle-hold',
);

const judged = (
  idles: readonly IdleEvidence[],
  more: { readonly hosts?: readonly HostEvidence[]; readonly proxyLogs?: readonly ProxyLogEvidence[] } = {},
) => findingsOf(idleCutoff, path, { idles: [held, ...idles], hosts: [hostOf('haproxy', [tunnel])], ...more });

describe('idle-cutoff', () => {
  it('passes when every socket outlives the watch', () => {
    expect(judged([idle(), idle({ mode: 'ping' })])).toEqual([
      expect.objectContaining({ outcome: 'pass', summary: '2 idle sockets stayed open for 4000 ms', measures: { holdMs: 4000 } }),
    ]);
  });

  it('measures the limit from the last frame and names host, log and line', () => {
    const [finding] = judged([cutIdle(2003)], { proxyLogs: [timedOut] });
    expect(finding).toMatchObject({
      outcome: 'fail',
      measures: { limitMs: 2003, cutSockets: 1 },
      blame: { host: 'haproxy', confidence: 'certain', config: { line: 17 } },
    });
    expect(finding?.summary).toBe(
      'HAProxy 2.6.12 (host haproxy) cut an idle socket 2003 ms after its last frame (client: FIN, origin: RST) (HAProxy log: cD--, an idle limit expired; haproxy.cfg:17 `timeout tunnel 2s`)',
    );
  });

  it('counts from the last frame, not from the opening', () => {
    const late = cutIdle(3000, { lastTrafficAtMs: T0 + 990 });
    expect(judged([late])[0]?.measures['limitMs']).toBe(2010);
  });

  it('counts from the opening when traffic flowed to the end', () => {
    const busy = cutIdle(2003, { mode: 'client-to-origin', lastTrafficAtMs: T0 + 2000 });
    expect(onlyOf(findingsOf(idleCutoff, path, { idles: [onControl(idle({ mode: 'client-to-origin' })), busy], hosts: [] }))).toMatchObject(
      {
        measures: { limitMs: 2003 },
        summary: expect.stringContaining('a socket with traffic (client-to-origin) 2003 ms after it was opened'),
      },
    );
  });

  it('says who saw the end first and how', () => {
    const [finding] = judged([cutIdle(2003, { origin: { kind: 'reset', atMs: T0 + 1903 } })]);
    expect(finding?.details[0]).toMatchObject({
      kind: 'table',
      rows: [['idle', '1903 ms', 'the last frame', 'FIN', 'RST', 'the origin 100 ms before the client']],
    });
  });

  it('makes one finding of all sockets that the same host cut', () => {
    const modes = ['idle', 'ping'] as const;
    const findings = findingsOf(idleCutoff, path, {
      idles: modes.flatMap((mode) => [onControl(idle({ mode })), cutIdle(2003, { mode })]),
      hosts: [hostOf('haproxy', [tunnel])],
      proxyLogs: [timedOut],
    });
    expect(findings.map(({ measures }) => measures['cutSockets'])).toEqual([2]);
  });

  it('does not count the end of the watch, an end by the client itself, or a socket that was never opened', () => {
    const own = idle({ client: { kind: 'local', atMs: T0 + 50 } });
    expect(
      judged([cutIdle(3990), own, idle({ outcome: rejected(403), openedAtMs: null, client: { kind: 'local', atMs: T0 } })])[0]?.outcome,
    ).toBe('pass');
  });

  it('says nothing when every upgrade was refused', () => {
    expect(judged([idle({ outcome: rejected(403), openedAtMs: null })])).toEqual([]);
  });

  it('is inconclusive when the control path held no socket of the kind', () => {
    expect(judged([cutIdle(2003, { mode: 'ping' })])).toEqual([expect.objectContaining({ outcome: 'inconclusive', blame: null })]);
  });

  it('is inconclusive when the control path cut its sockets too', () => {
    const [finding] = findingsOf(idleCutoff, path, {
      idles: [onControl(cutIdle(2003)), cutIdle(2003)],
      hosts: [hostOf('haproxy', [tunnel])],
    });
    expect(finding?.outcome).toBe('inconclusive');
  });
});

describe('idle-cutoff with packets', () => {
  const ends = (of: LegEvidence, near: readonly ClosingEvent[], far = near): LegEvidence => ({
    ...of,
    near: upgradeStream(101, { closing: near }),
    far: upgradeStream(101, { closing: far }),
  });
  const byProxy = [ends(leg(), [closing('fin', 'b', 2003, 45)]), ends(serverLeg(), [closing('rst', 'a', 2002, 46)])];
  const injected = [
    {
      ...ends(leg(), [closing('rst', 'b', 2003, 48)], [closing('rst', 'a', 2002, 47)]),
      transit: transit({ resets: [arrived('near', null, { atMs: T0 + 2003 }), arrived('far', null, { frame: 47, atMs: T0 + 2002 })] }),
    },
    ends(serverLeg(), [closing('rst', 'a', 2004)]),
  ];
  const reset = cutIdle(2003, { client: { kind: 'reset', atMs: T0 + 2003 } });
  const saysClient = proxyLog('haproxy', { atMs: T0 + 2004, termination: 'CD--', endedBy: 'client' }, 'idle-hold');
  const withLegs = (
    legs: readonly LegEvidence[],
    {
      cut = cutIdle(2003),
      hosts = [hostOf('haproxy', [tunnel])],
      logs = [],
      on = path,
    }: {
      readonly cut?: IdleEvidence;
      readonly hosts?: readonly HostEvidence[];
      readonly logs?: readonly ProxyLogEvidence[];
      readonly on?: typeof path;
    } = {},
  ) =>
    findingsOf(idleCutoff, on, { idles: [held, cut], hosts, proxyLogs: logs, legs, captures: legs.flatMap((one) => capturesOf(one)) })[0];

  it('makes what a config says certain', () => {
    expect(withLegs(byProxy)).toMatchObject({
      blame: { host: 'haproxy', leg: 'client-haproxy', direction: 'to-client', confidence: 'certain', config: { line: 17 } },
      summary: expect.stringContaining(
        'on the wire haproxy ended the leg client-haproxy by FIN (captures/haproxy-from-client.pcap frame 45)',
      ),
    });
  });

  it('names the proxy that began where logs and configs are silent', () => {
    expect(withLegs(byProxy, { cut: reset, hosts: [hostOf('haproxy')] })?.blame).toMatchObject({
      host: 'haproxy',
      confidence: 'likely',
      config: null,
    });
  });

  it('shows how both legs ended, and how to look again', () => {
    const [, table, text] = withLegs(byProxy)?.details ?? [];
    expect(table).toMatchObject({
      kind: 'table',
      rows: expect.arrayContaining([['client-haproxy', 'client', 'haproxy', 'FIN', '2003 ms', 'captures/client-to-haproxy.pcap frame 45']]),
    });
    expect(text).toMatchObject({ kind: 'text', text: expect.stringContaining('hopscope analyze captures/client-to-haproxy.pcap') });
  });

  it('names the link, never a host, when both ends got a reset that neither sent', () => {
    expect(withLegs(injected, { cut: reset, logs: [saysClient], hosts: [hostOf('haproxy')] })).toMatchObject({
      outcome: 'fail',
      blame: { host: 'firewall', leg: 'client-haproxy', confidence: 'certain', config: null },
      summary:
        'firewall cut an idle socket 2003 ms after its last frame: both client and haproxy got a reset that the other had not sent on the leg client-haproxy; HAProxy 2.6.12 (host haproxy) took it for the client (CD--)',
    });
  });

  it('names the link even where the limit of a config would fit', () => {
    expect(withLegs(injected, { cut: reset })?.blame?.host).toBe('firewall');
  });

  it('names the link whose silence made a limit expire', () => {
    const [client, server] = byProxy;
    const deaf = transit({ deaf: { nearToFar: deafness({ sinceMs: T0 + 100 }), farToNear: null } });
    expect(withLegs([{ ...(client ?? leg()), transit: deaf }, server ?? serverLeg()], { logs: [timedOut] })?.blame).toMatchObject({
      host: 'firewall',
      direction: 'to-origin',
      confidence: 'certain',
    });
  });

  it.each<[string, readonly LegEvidence[], readonly ProxyLogEvidence[], IdleEvidence]>([
    ['the log of the proxy that began says that the client did', byProxy, [saysClient], cutIdle(2003)],
    ['a proxy says that it timed out, and the packets show injected resets', injected, [timedOut], reset],
    [
      'the origin says that it closed, and the packets show a proxy',
      byProxy,
      [],
      cutIdle(2003, { origin: { kind: 'local', atMs: T0 + 2001 } }),
    ],
  ])('names nobody when %s', (_, legs, logs, cut) => {
    expect(withLegs(legs, { logs, cut, hosts: [hostOf('haproxy')] })).toMatchObject({
      outcome: 'fail',
      blame: { host: 'unknown', because: expect.stringContaining('contradicts itself') },
    });
  });

  it('keeps to logs and configs when packets are missing or do not decide', () => {
    expect(withLegs([], { logs: [timedOut] })?.blame).toMatchObject({ host: 'haproxy', confidence: 'certain', leg: null });
    expect(withLegs([leg({ startedAtMs: T0 - 9000, endedAtMs: T0 - 8000 })])?.blame).toMatchObject({
      host: 'haproxy',
      confidence: 'likely',
    });
    const closed = cutIdle(2003, { client: { kind: 'close-frame', atMs: T0 + 2003, code: 1001, reason: '' } });
    expect(withLegs(byProxy, { cut: closed })?.blame).toMatchObject({ leg: null });
  });
});

const onlyOf = <T>(values: readonly T[]): T | undefined => (values.length === 1 ? values[0] : undefined);
