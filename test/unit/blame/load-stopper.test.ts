import { describe, expect, it } from 'vitest';
import { loadStopper, type StopperGround } from '../../../harness/blame/load-stopper.ts';
import type { HostEvidence, LoadEvidence, ProxyLogEvidence, TcpCounterEvidence } from '../../../harness/model/evidence.ts';
import type { KneeEvidence, LoadBucket, UsageEvidence } from '../../../harness/model/load.ts';
import type { Path } from '../../../harness/model/path.ts';
import { type ConfigLine, NOTHING_LOGGED } from '../../../harness/model/service.ts';
import { load } from '../audits/evidence-builders.ts';
import { T0 } from '../audits/path-builders.ts';
import { pathOf } from '../lab/sample-topology.ts';

const LIMIT = 'p99 < 1s and failures == 0';
const EDGE = pathOf('edge', ['edge']);
const CHAIN = pathOf('edge', ['edge', 'inner']);

const bucket = (open: number): LoadBucket => ({ ...load(), atMs: 0, open, rssBytes: 0, cpuPercent: 0, lag: load().generator.lag });

/** Ten were asked for, eight opened. */
const broken = (more: Partial<LoadEvidence> = {}): LoadEvidence =>
  load({
    ...{ path: 'edge', comparedFor: 'edge', scenario: 'knee', series: [bucket(8)] },
    upgradeFailures: { timeout: 2 },
    upgraded: 8,
    ...more,
  });

/** All opened; the echoes were slow. */
const slow = (more: Partial<LoadEvidence> = {}): LoadEvidence =>
  broken({ upgraded: 10, upgradeFailures: {}, unanswered: 3, series: [bucket(10)], ...more });

const step = (value: number, slot: number, met: boolean): KneeEvidence['steps'][number] => ({
  value,
  slot,
  met,
  because: '',
  measures: {},
});

const knee = (more: Partial<KneeEvidence> = {}): KneeEvidence => ({
  ...{ path: 'edge', scenario: 'knee', of: 'messages', limit: LIMIT, stoppedBy: null },
  ...{ steps: [step(8, 0, true), step(10, 1, false), step(10, 2, false)], sustainable: 8, brokeAt: 10 },
  ...more,
});

const stopped = (
  loads: readonly LoadEvidence[],
  more: Partial<StopperGround> = {},
  searched: Partial<KneeEvidence> = {},
): ReturnType<typeof loadStopper> =>
  loadStopper(knee(searched), {
    ...{ path: EDGE, cpus: 2, usages: [], tcpCounters: [], proxyLogs: [], hosts: [], crashes: [] },
    loads: loads.flatMap((one) => [
      load({ path: 'edge', comparedFor: 'edge', scenario: 'knee' }),
      { ...one, slot: 1 },
      { ...one, slot: 2 },
    ]),
    ...more,
  });

const usage = (
  host: string,
  role: UsageEvidence['role'],
  percent: number,
  more: Partial<UsageEvidence['samples'][number]> = {},
): UsageEvidence => ({
  ...{ path: 'edge', scenario: 'knee', host, role, startedAtMs: T0, endedAtMs: T0 + 400 },
  samples: [200, 300, 400].map((ms) => ({
    ...{ atMs: T0 + ms, cpuPercent: percent, rssBytes: 5e7, openFiles: 20, outSegs: 0, retransSegs: 0, listenOverflows: 0 },
    ...more,
  })),
});

const logged = (host: string, raw: string, kind: 'error' | 'access' = 'error'): ProxyLogEvidence => ({
  ...{ path: 'edge', scenario: 'knee', host },
  entry: { ...NOTHING_LOGGED, raw, kind, atMs: T0 + 100 },
});

const overflowed = (host: string, ListenOverflows: number): TcpCounterEvidence => ({
  ...{ path: 'edge', scenario: 'knee', host, startedAtMs: T0, endedAtMs: T0 + 400 },
  delta: { ListenOverflows },
});

const hostWith = (host: string, more: Partial<ConfigLine> = {}): HostEvidence => ({
  ...{
    host,
    paths: ['edge'],
    role: 'proxy',
    service: 'haproxy',
    version: null,
    addresses: [],
    config: null,
    log: null,
    congestionControl: null,
  },
  configLines: [
    {
      ...{
        symptom: 'limits-count',
        file: 'haproxy.cfg',
        line: 24,
        column: 5,
        text: 'maxconn 8',
        explanation: '',
        resource: 'connections',
        limit: 8,
      },
      ...more,
    },
  ],
});

const withFiles = (openFiles: number): Path => ({ ...EDGE, proxies: EDGE.proxies.map((proxy) => ({ ...proxy, openFiles })) });
const withPorts = (host: string): Path => ({ ...EDGE, sysctls: { [host]: { 'net.ipv4.ip_local_port_range': '40000 40007' } } });
const asNode = { ...EDGE, proxies: EDGE.proxies.map((proxy) => ({ ...proxy, service: 'node-proxy' })) };
const lateGenerator = { ...load().generator, wasBottleneck: true, because: 'sends were late by more than 5 ms' };

describe('what stopped a search', () => {
  it('is nothing where nothing broke', () => {
    expect(stopped([broken()], {}, { steps: [step(8, 0, true), step(8, 1, true)], brokeAt: null })).toBeNull();
  });

  it.each([
    [
      'the generator, late while echoes were slow',
      slow({ generator: lateGenerator }),
      {},
      'generator-cpu',
      'client',
      /late by more than 5 ms/,
    ],
    ['the generator that ended', slow({ ended: 'cut' }), {}, 'generator-cpu', 'client', /ended before its load/],
    ['one thread of a proxy', slow(), { path: asNode, usages: [usage('edge', 'proxy', 97)] }, 'proxy-cpu', 'edge', /97 % .*only sign/],
    [
      'all CPUs, most of them for the proxy',
      slow(),
      { usages: [usage('edge', 'proxy', 130), usage('client', 'client', 55)] },
      'proxy-cpu',
      'edge',
      /more than half/,
    ],
    ['the origin', slow(), { usages: [usage('origin', 'origin', 99), usage('edge', 'proxy', 40)] }, 'origin-cpu', 'origin', /99 %/],
    [
      'the accept queue of a proxy',
      broken(),
      { tcpCounters: [overflowed('edge', 7)] },
      'accept-queue',
      'edge',
      /7 connections .*ListenOverflows/,
    ],
    ['the accept queue of the origin', broken(), { tcpCounters: [overflowed('origin', 7)] }, 'accept-queue', 'origin', /7 connections/],
    [
      'open files, by the log',
      broken(),
      { proxyLogs: [logged('edge', 'socket() failed (24: Too many open files)')] },
      'file-descriptors',
      'edge',
      /its log says/,
    ],
    [
      'open files, by their number',
      broken(),
      { path: withFiles(32), usages: [usage('edge', 'proxy', 5, { openFiles: 32 })] },
      'file-descriptors',
      'edge',
      /32 files open of the 32/,
    ],
    [
      'ports of the client',
      broken({ upgradeFailures: { 'connect-failed EADDRNOTAVAIL': 2 } }),
      { path: withPorts('client') },
      'ephemeral-ports',
      'client',
      /EADDRNOTAVAIL.*, and /,
    ],
    [
      'ports of a proxy, by the log',
      broken(),
      { proxyLogs: [logged('edge', 'connect() failed (99: Cannot assign requested address)')] },
      'ephemeral-ports',
      'edge',
      /its log says/,
    ],
    [
      'ports of a proxy, by their number',
      broken(),
      { path: withPorts('edge') },
      'ephemeral-ports',
      'edge',
      /8 ports towards the next host/,
    ],
    ['a limit of the config', broken(), { hosts: [hostWith('edge')] }, 'configured-limit', 'edge', /haproxy\.cfg:24 `maxconn 8`/],
    [
      'a limit of the config, by the log',
      broken(),
      { proxyLogs: [logged('edge', '16 worker_connections are not enough')] },
      'configured-limit',
      'edge',
      /its log says/,
    ],
    [
      'memory, by the log',
      broken(),
      { proxyLogs: [logged('edge', 'malloc(16384) failed (12: Cannot allocate memory)')] },
      'memory',
      'edge',
      /its log says/,
    ],
  ] as const)('is %s', (_, one, ground, resource, host, because) => {
    const stopper = stopped([one], ground);
    expect([stopper?.resource, stopper?.host]).toEqual([resource, host]);
    expect(stopper?.because).toMatch(because);
  });

  it.each([
    ['connect-failed', 'client'],
    ['503', 'edge'],
  ])('is the ports of the host that %s speaks for, where client and proxy have as many: %s', (label, host) => {
    const range = { 'net.ipv4.ip_local_port_range': '40000 40007' };
    const stopper = stopped([broken({ upgradeFailures: { [label]: 2 } })], { path: { ...EDGE, sysctls: { client: range, edge: range } } });
    expect(stopper).toMatchObject({ resource: 'ephemeral-ports', host });
  });

  it('is told without a doubt by two signs', () => {
    const stopper = stopped([broken()], { hosts: [hostWith('edge')] }, { of: 'connections' });
    expect(stopper?.because).toMatch(/`maxconn 8`.*, and 8 connections were kept$/);
  });

  it('is the limit, where the accept queue of the same host overflows behind it', () => {
    const stopper = stopped([broken()], { hosts: [hostWith('edge')], tcpCounters: [overflowed('edge', 3)] });
    expect(stopper).toMatchObject({ resource: 'configured-limit', host: 'edge' });
    expect(stopper?.because).toMatch(/also, its kernel dropped 3 connections/);
  });

  it('is what a log says rather than what a CPU looks like', () => {
    const ground = { path: CHAIN, proxyLogs: [logged('inner', 'EMFILE: too many open files')], usages: [usage('edge', 'proxy', 198)] };
    expect(stopped([broken()], ground)).toMatchObject({ resource: 'file-descriptors', host: 'inner' });
  });

  it.each([
    [
      'two hosts with the same limit',
      broken(),
      { path: CHAIN, hosts: [hostWith('edge'), hostWith('inner')] },
      /more than one host: edge.*inner/,
    ],
    ['full accept queues of two hosts', broken(), { tcpCounters: [overflowed('edge', 3), overflowed('origin', 4)] }, /more than one host/],
    [
      'a proxy and an origin that are both busy',
      slow(),
      { path: asNode, usages: [usage('edge', 'proxy', 99), usage('origin', 'origin', 99)] },
      /more than one host/,
    ],
    [
      'no sign',
      broken(),
      { usages: [usage('edge', 'proxy', 12)] },
      /no resource was seen to end: at most 8 sessions were open; 4 × timeout; edge 12 %/,
    ],
    ['a limit that was not come to', broken(), { hosts: [hostWith('edge', { limit: 500 })] }, /no resource/],
    ['a limit of another target', broken(), { hosts: [hostWith('edge', { scope: { pathPrefix: '/other' } })] }, /no resource/],
    ['a full accept queue while all opened', slow(), { tcpCounters: [overflowed('edge', 7)] }, /no resource/],
    [
      'words of a request in a log',
      broken(),
      { proxyLogs: [logged('edge', 'upstream timed out, client: 10.0.0.1, request: "GET /EMFILE HTTP/1.1"')] },
      /no resource/,
    ],
    ['words of an access line', broken(), { proxyLogs: [logged('edge', 'GET /too many open files', 'access')] }, /no resource/],
    ['a busy proxy on a machine with room', slow(), { usages: [usage('edge', 'proxy', 95)] }, /no resource/],
  ] as const)('is unknown with %s', (_, one, ground, because) => {
    const stopper = stopped([one], ground);
    expect([stopper?.resource, stopper?.host]).toEqual(['unknown', null]);
    expect(stopper?.because).toMatch(because);
  });

  it('is not told by what was logged at other loads', () => {
    const early = { ...logged('edge', 'EMFILE'), entry: { ...logged('edge', 'EMFILE').entry, atMs: T0 - 60_000 } };
    expect(stopped([broken()], { proxyLogs: [early] })?.resource).toBe('unknown');
  });
});
