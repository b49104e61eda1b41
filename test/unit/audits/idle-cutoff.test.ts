import { describe, expect, it } from 'vitest';
import { idleCutoff } from '../../../harness/audits/idle-cutoff.ts';
import type { HostEvidence, IdleEvidence, ProxyLogEvidence } from '../../../harness/model/evidence.ts';
import { cutIdle, findingsOf, idle, onControl } from './evidence-builders.ts';
import { rejected } from './handshake-builders.ts';
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

const onlyOf = <T>(values: readonly T[]): T | undefined => (values.length === 1 ? values[0] : undefined);
