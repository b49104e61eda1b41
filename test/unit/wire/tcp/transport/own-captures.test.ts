import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Resent } from '../../../../../harness/model/capture-analysis.ts';
import type { TransportFacts } from '../../../../../harness/wire/tcp/transport/transport-facts.ts';
import { HAS_SHARED_CAPTURES, SHARED_CAPTURES } from '../../../../fixtures/read-packets.ts';
import { captureFacts, kernelCounters } from './capture-facts.ts';

const kept = new Map<string, Promise<readonly TransportFacts[]>>();
const facts = (file: string): Promise<readonly TransportFacts[]> => {
  const known = kept.get(file) ?? captureFacts(file);
  kept.set(file, known);
  return known;
};

const total = (streams: readonly TransportFacts[], way: 'aToB' | 'bToA', of: (resent: Resent) => number): number =>
  streams.reduce((sum, stream) => sum + of(stream.resent[way]), 0);

/** Capture, its end, and the frames that hold what was sent again. */
const SENDERS: readonly [string, 'client' | 'server', string, number][] = [
  ['needle', 'client', 'needle-client.pcap.gz', 1651],
  ['needle', 'server', 'needle-server.pcap.gz', 1730],
  ['tso-on1', 'client', 'tso-on1-client.pcap.gz', 483],
  ['tso-on1', 'server', 'tso-on1-server.pcap.gz', 253],
  ['tso-onbig', 'client', 'tso-onbig-client.pcap.gz', 29],
  ['tso-onbig', 'server', 'tso-onbig-server.pcap.gz', 40],
  ['drop_input', 'client', 'drop_input-client.pcap.gz', 93],
  ['zerowindow', 'client', 'zerowindow-client.pcap', 2],
  ['syndrop', 'client', 'syndrop-client.pcap', 4],
  ['synackdrop', 'client', 'synackdrop-client.pcap', 3],
  ['synackdrop', 'server', 'synackdrop-server.pcap', 4],
  ['blackout', 'client', 'blackout-client.pcap', 5],
  ['tailloss', 'client', 'tailloss-client.pcap', 4],
  ['keepalive', 'client', 'keepalive-client.pcap', 0],
  ['upgrades', 'client', 'upgrades-client.pcap', 0],
  ['abort', 'server', 'abort-server.pcap', 0],
];

describe.skipIf(!HAS_SHARED_CAPTURES)('what was sent again, against the kernel of the sender', () => {
  it.each(SENDERS)('is what the kernel counted: %s, %s', async (run, end, file, frames) => {
    const streams = await facts(`own/${file}`);
    const way = end === 'client' ? 'aToB' : 'bToA';
    expect(total(streams, way, (resent) => resent.frames)).toBe(frames);
    expect(total(streams, way, (resent) => resent.segs)).toBe(kernelCounters(run, end).get('RetransSegs') ?? 0);
    expect(total(streams, way, (resent) => resent.needlessSegs)).toBe(
      kernelCounters(run, end).get(run === 'zerowindow' ? 'TCPDSACKRecv' : 'TCPDSACKRecvSegs') ?? 0,
    );
  });

  // The stack sees the drop as an error of its own and sends again what the capture never saw.
  it('is not seen when packets were dropped before the capture', async () => {
    expect(kernelCounters('drop_qdisc', 'client').get('RetransSegs')).toBe(7);
    expect(total(await facts('own/drop_qdisc-client.pcap.gz'), 'aToB', (resent) => resent.segs)).toBe(0);
  });

  it.each(SENDERS)('has the causes that the kernel counted, give or take one in two hundred: %s, %s', async (run, end, file) => {
    const streams = await facts(`own/${file}`);
    const counters = kernelCounters(run, end);
    const way = end === 'client' ? 'aToB' : 'bToA';
    const cause = (name: keyof Resent['byCause']): number => total(streams, way, (resent) => resent.byCause[name]);
    const slack = Math.ceil((counters.get('RetransSegs') ?? 0) / 200);
    expect(cause('handshake')).toBe(counters.get('TCPSynRetrans') ?? 0);
    expect(Math.abs(cause('fast-recovery') - (counters.get('TCPFastRetrans') ?? 0))).toBeLessThanOrEqual(slack);
    expect(cause('unknown')).toBeLessThanOrEqual(1);
    // The timer counts every SYN of a client, but of a server's SYN-ACKs only those that no repeated SYN provoked.
    const timeouts = (counters.get('TCPTimeouts') ?? 0) + (counters.get('TCPSlowStartRetrans') ?? 0);
    const uncertain = end === 'client' ? 0 : cause('handshake');
    expect(cause('timeout')).toBeGreaterThanOrEqual(timeouts - cause('handshake') - slack);
    expect(cause('timeout')).toBeLessThanOrEqual(timeouts - cause('handshake') + uncertain + slack);
    expect(cause('tail-loss-probe')).toBeLessThanOrEqual(counters.get('TCPLossProbes') ?? 0);
  });

  it('equals the retransmissions and out-of-order segments of Wireshark together', async () => {
    const { captures } = JSON.parse(readFileSync(join(SHARED_CAPTURES, 'truth.json'), 'utf8')) as {
      captures: Record<string, { streams: Record<string, { by_direction?: Record<string, Record<string, number>> }> }>;
    };
    for (const [, end, file] of SENDERS.slice(0, 4)) {
      const streams = await facts(`own/${file}`);
      const way = end === 'client' ? 'aToB' : 'bToA';
      const theirs = Object.values(captures[`own/${file}`]?.streams ?? {}).reduce((sum, stream) => {
        const flags = stream.by_direction?.[way === 'aToB' ? 'a>b' : 'b>a'] ?? {};
        return sum + (flags['retransmission'] ?? 0) + (flags['out_of_order'] ?? 0);
      }, 0);
      expect(total(streams, way, (resent) => resent.frames)).toBe(theirs);
    }
  });
});

describe.skipIf(!HAS_SHARED_CAPTURES)('the cases', () => {
  it('router-any: 44 real retransmissions among packets that were captured twice', async () => {
    const streams = await facts('own/router-any.pcap.gz');
    expect(total(streams, 'aToB', (resent) => resent.frames) + total(streams, 'bToA', (resent) => resent.frames)).toBe(44);
    expect(streams.reduce((sum, stream) => sum + stream.capturedTwice, 0)).toBe(6065);
    expect(new Set(streams.map((stream) => stream.capturedAt.end))).toEqual(new Set(['between']));
  });

  it('upgrades: resets at once, late, after the 101 and for a refused port', async () => {
    const resets = (await facts('own/upgrades-client.pcap')).flatMap((stream) => stream.resets);
    expect(
      resets.map(({ from, provokedBy, isLate, oddities }) => [from, provokedBy?.what, provokedBy?.agoMs, isLate, oddities.length]),
    ).toEqual([
      ['a', 'data', 0.024, false, 0],
      ['b', 'data', 0.234, false, 0],
      ['b', 'data', expect.closeTo(700.8, 1), true, 0],
      ['b', 'ack', expect.closeTo(300.4, 1), true, 0],
      ['b', 'syn', 0.051, false, 0],
    ]);
  });

  it('needle: each end is known by its TTL', async () => {
    for (const [file, end] of [
      ['needle-client', 'a'],
      ['needle-server', 'b'],
    ] as const) {
      const streams = await facts(`own/${file}.pcap.gz`);
      const own = streams.filter((stream) => stream.capturedAt.end === end);
      expect(own.length).toBeGreaterThanOrEqual(streams.length - 2);
      expect(streams.filter((stream) => stream.mtuBlackhole !== null || stream.oneSided !== null)).toEqual([]);
    }
  });

  it('zerowindow: the server had no room for nearly six seconds', async () => {
    const [stream] = await facts('own/zerowindow-client.pcap');
    expect(stream?.stalls).toMatchObject([{ kind: 'zero-window', by: 'b', count: 1, longestMs: expect.closeTo(5869.8, 1), frame: 112 }]);
  });

  it('keepalive: five silences ended by keep-alives', async () => {
    const [stream] = await facts('own/keepalive-client.pcap');
    expect(stream?.idleGaps.map(({ endedBy, endedByEnd }) => [endedBy, endedByEnd])).toEqual(
      Array.from({ length: 5 }, () => ['keep-alive', 'a']),
    );
  });

  it('syndrop: the SYN that came through is timed, not the first', async () => {
    const [stream] = await facts('own/syndrop-client.pcap');
    expect(stream?.handshake?.synToSynAckMs).toBeCloseTo(0.096, 3);
    expect(stream?.idleGaps).toHaveLength(4);
  });
});
