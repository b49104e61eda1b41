import { describe, expect, it } from 'vitest';
import { crashedProxy } from '../../../harness/audits/crashed-proxy.ts';
import { lostDriver } from '../../../harness/audits/lost-driver.ts';
import { lostMessage } from '../../../harness/audits/lost-message.ts';
import { refusedUpgrade } from '../../../harness/audits/refused-upgrade.ts';
import { uncleanClose } from '../../../harness/audits/unclean-close.ts';
import type { ActionEvidence } from '../../../harness/model/action-evidence.ts';
import type { CrashEvidence } from '../../../harness/model/crash-evidence.ts';
import type { LoadEvidence } from '../../../harness/model/evidence.ts';
import type { LoadBucket } from '../../../harness/model/load.ts';
import type { SocketEvidence } from '../../../harness/model/wire-evidence.ts';
import { findingsOf, latencies, load, onControl, usage } from './evidence-builders.ts';
import { hostOf, pathWith, T0 } from './path-builders.ts';

const path = pathWith(['haproxy']);
const hosts = [hostOf('haproxy')];

const bucket = (atMs: number, more: Partial<LoadBucket>): LoadBucket => ({
  ...{ atMs, attempts: 0, upgraded: 0, upgradeFailures: {}, lostSessions: {}, reconnected: 0, open: 0, sent: 0, missed: 0, echoed: 0 },
  ...{
    corrupted: 0,
    pings: 0,
    pongs: 0,
    latency: latencies(0, () => 0),
    lag: latencies(0, () => 0),
    phases: {},
    cpuPercent: 10,
    rssBytes: 1,
  },
  ...more,
});
const crash = (more: Partial<CrashEvidence> = {}): CrashEvidence => ({
  ...{ path: 'subject', scenario: 'steady-echo', host: 'haproxy', what: 'program', fromMs: T0 + 300, untilMs: T0 + 320 },
  ...{ exitCode: null, signal: 'SIGSEGV', lastLines: ['[ALERT] panic'] },
  ...more,
});
const died = load({
  lostSessions: { fin: 10 },
  upgradeFailures: { 'connect-failed': 5 },
  missed: 40,
  unanswered: 60,
  echoed: 1940,
  series: [bucket(0, {}), bucket(250, { lostSessions: { fin: 10 }, upgradeFailures: { 'connect-failed': 5 } })],
});
const given = { loads: [died, onControl(load())], hosts };

describe('a proxy that dies in the middle of a load', () => {
  it('is named by everything that it caused, and nobody else is', () => {
    const all = [crashedProxy, uncleanClose, refusedUpgrade, lostMessage].flatMap((audit) =>
      findingsOf(audit, path, { ...given, crashes: [crash()] }),
    );
    const failed = all.filter(({ outcome }) => outcome === 'fail');
    expect(failed.map(({ auditId, blame }) => [auditId, blame?.host])).toEqual([
      ['crashed-proxy', 'haproxy'],
      ['unclean-close', 'haproxy'],
      ['refused-upgrade', 'haproxy'],
    ]);
    expect(failed[1]?.summary).toContain('40 messages that were due were not sent');
    expect(all.find(({ auditId }) => auditId === 'lost-message')).toMatchObject({ outcome: 'pass' });
  });

  it('is not blamed for what was lost before', () => {
    const [finding] = findingsOf(uncleanClose, path, { ...given, crashes: [crash({ fromMs: T0 + 2000, untilMs: T0 + 2010 })] });
    expect(finding).toMatchObject({ outcome: 'fail', blame: { host: 'unknown' } });
  });

  it('is not known where two of them ended', () => {
    const two = pathWith(['nginx', 'haproxy']);
    const [finding] = findingsOf(uncleanClose, two, { ...given, crashes: [crash(), crash({ host: 'nginx' })] });
    expect(finding?.blame?.host).toBe('unknown');
  });
});

describe('a proxy that the run kills in the middle of a load', () => {
  const kill = (more: Partial<ActionEvidence> = {}): ActionEvidence => ({
    ...{
      host: 'haproxy',
      do: 'kill',
      paths: ['subject'],
      scenario: 'steady-echo',
      startedAtMs: T0 + 300,
      endedAtMs: T0 + 310,
      how: 'SIGKILL',
    },
    ...more,
  });
  const hostOf = (actions: readonly ActionEvidence[]) => findingsOf(uncleanClose, path, { ...given, actions })[0]?.blame?.host;

  it('is named for the sessions that were lost from then on', () => {
    const [finding] = findingsOf(uncleanClose, path, { ...given, actions: [kill()] });
    expect(finding?.blame).toMatchObject({ host: 'haproxy', confidence: 'likely' });
    expect(finding?.summary).toContain('was killed by the run (SIGKILL)');
  });

  it('is not named for what was lost before it, in another slot, or when it only read its config anew', () => {
    expect(hostOf([kill({ startedAtMs: T0 + 2000 })])).toBe('unknown');
    expect(hostOf([kill({ startedAtMs: T0 - 500 })])).toBe('unknown');
    expect(hostOf([kill({ do: 'reload' })])).toBe('unknown');
  });
});

describe('a driver that ends in the middle of a load', () => {
  const cut = load({ ended: 'cut', unanswered: 300, echoed: 1700, endedAtMs: T0 + 150 });

  it('accuses nobody on the path and says what was told by then', () => {
    const [finding] = findingsOf(lostDriver, path, { loads: [cut, onControl(load())] });
    expect(finding).toMatchObject({
      outcome: 'inconclusive',
      blame: null,
      summary:
        'a driver ended in 1 slot before the load was over: it had told of 0.1 s of 0.4 s and of 2000 messages; nothing after that accuses the path',
    });
    expect(findingsOf(lostMessage, path, { loads: [cut, onControl(load())], hosts })[0]).toMatchObject({ outcome: 'pass' });
  });

  it('is nothing to speak of where none did', () => {
    expect(findingsOf(lostDriver, path, { loads: [load(), load({ ended: 'stopped' }), onControl(load())] })).toEqual([]);
  });
});

describe('an origin that stops reading', () => {
  const queue = (host: string, local: string, peer: string, recv: readonly number[], send: readonly number[]): SocketEvidence => ({
    ...{ path: 'subject', scenario: 'steady-echo', host, local, peer },
    samples: recv.map((recvQueueBytes, index) => ({
      ...{ atMs: T0 + 250 * index, state: 'ESTAB', rttMs: 1, minRttMs: 1, cwndSegs: 10, unackedSegs: 0, retransSegs: 0, bytesRetrans: 0 },
      ...{ deliveryRateBitPerSecond: null, recvQueueBytes, sendQueueBytes: send[index] ?? 0 },
    })),
  });
  const sockets = [
    queue('haproxy', '10.0.1.1:50000', '10.0.1.2:9000', [0, 0, 0, 0], [0, 0, 500, 900]),
    queue('origin', '10.0.1.2:9000', '10.0.1.1:50000', [0, 400, 900, 900], [0, 0, 0, 0]),
  ];
  const stopped = load({ unanswered: 900, echoed: 1100 });
  const loads = [stopped, onControl(load())];

  it('is named by the bytes that lie unread in its kernel', () => {
    expect(findingsOf(lostMessage, path, { loads, hosts, sockets })[0]).toMatchObject({
      outcome: 'fail',
      blame: { host: 'origin', leg: 'haproxy-origin', confidence: 'certain' },
      summary: expect.stringContaining('origin stopped reading: 900 bytes lay unread'),
    });
  });

  it('is not said to have stopped when it had no time left', () => {
    const usages = [usage('origin', [99, 99, 99])];
    expect(findingsOf(lostMessage, path, { loads, hosts, sockets, usages })[0]).toMatchObject({ outcome: 'inconclusive', blame: null });
  });
});

describe('a search for the most that a path sustains', () => {
  it('is not judged, whatever failed in it', () => {
    const steps: readonly LoadEvidence[] = [{ ...died, scenario: 'knee' }, onControl(load({ scenario: 'knee' }))];
    const all = [uncleanClose, refusedUpgrade, lostMessage].flatMap((audit) => findingsOf(audit, path, { loads: steps, hosts }));
    expect(all).toEqual([]);
  });

  it('still tells of a program that ended in it', () => {
    const found = findingsOf(crashedProxy, path, { hosts, crashes: [crash({ scenario: 'knee' })] });
    expect(found).toMatchObject([{ outcome: 'fail', blame: { host: 'haproxy' } }]);
  });
});
