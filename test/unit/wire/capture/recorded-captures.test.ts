import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCapture } from '../../../../harness/analyze/read-capture.ts';
import { PacketDecoder } from '../../../../harness/wire/capture/packet-decoder.ts';
import { TcpSegment } from '../../../../harness/wire/tcp/tcp-segment.ts';
import { HAS_SHARED_CAPTURES, SHARED_CAPTURES, sharedTruth } from '../../../fixtures/read-packets.ts';

const truth = sharedTruth();
const derived = [...truth.keys()].filter((name) => name.startsWith('derived/'));

async function readShared(name: string) {
  const decoder = new PacketDecoder();
  const segment = new TcpSegment();
  const segments: string[] = [];
  const times: number[] = [];
  let payloadBytes = 0;
  let lastFrame = 0;
  const file = await readCapture(join(SHARED_CAPTURES, name), {
    packet(packet) {
      lastFrame = packet.number;
      if (!decoder.decode(packet, segment)) return;
      payloadBytes += segment.length;
      times.push(segment.timeNs);
      const { seq, ack, flags, window, length, sourcePort, ttl, ipId } = segment;
      segments.push([seq, ack, flags, window, length, sourcePort, ttl, ipId].join(' '));
    },
  });
  return { file, decoder, segments, times, payloadBytes, lastFrame };
}

describe.skipIf(!HAS_SHARED_CAPTURES)('recorded captures (kept beside the repository)', () => {
  it.each([...truth])('%s holds what tshark counts', async (name, { packets, tcp_packets, tcp_payload_bytes, tcp_quoted_in_icmp }) => {
    const { file, decoder, segments, payloadBytes, lastFrame } = await readShared(name);
    expect(lastFrame).toBe(packets);
    expect(segments).toHaveLength(tcp_packets);
    expect(payloadBytes).toBe(tcp_payload_bytes);
    expect(decoder.tcpQuotedInIcmp).toBe(tcp_quoted_in_icmp);
    const others = [...decoder.notTcp.values()].reduce((sum, count) => sum + count, 0);
    expect(segments.length + others).toBe(file.packets);
  });

  it.each(derived)('%s holds the same segments as every other container', async (name) => {
    const [plain, packed] = await Promise.all([readShared('public/zeek__ssh-dups.pcap'), readShared(name)]);
    const expected = name === 'derived/dups-cut.pcap' ? plain.segments.slice(0, 376) : plain.segments;
    expect(plain.segments).toHaveLength(377);
    expect(packed.segments).toEqual(expected);
    // One of them counts time in 2^-20 s.
    expect(packed.times.every((timeNs, index) => Math.abs(timeNs - (plain.times[index] ?? 0)) < 1000)).toBe(true);
    expect(packed.file.truncated).toBe(name === 'derived/dups-cut.pcap');
    expect(packed.file.epochSeconds).toBe(plain.file.epochSeconds);
  });
});
