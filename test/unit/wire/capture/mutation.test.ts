import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../harness/measure/seeded-random.ts';
import { PacketDecoder } from '../../../../harness/wire/capture/packet-decoder.ts';
import { TcpSegment } from '../../../../harness/wire/tcp/tcp-segment.ts';
import { pcapFile } from '../../../fixtures/capture-builder.ts';
import { ethernet, ethernetIpv4Tcp, ipv4, ipv6, tcp } from '../../../fixtures/packet-builder.ts';
import { PcapngBlocks, pcapngFile } from '../../../fixtures/pcapng-builder.ts';
import { HAS_SHARED_CAPTURES, parseCapture, SHARED_CAPTURES } from '../../../fixtures/read-packets.ts';

const payload = Buffer.from('GET /socket HTTP/1.1\r\n\r\n');
const FRAMES = [
  ethernetIpv4Tcp({ payload, options: Buffer.from('0101080a0000000100000002', 'hex') }),
  ethernet(ipv6({ protocol: 0, extensions: Buffer.from('0600010400000000', 'hex') }, tcp({ payload }))),
  ethernet(Buffer.concat([Buffer.from('00640800', 'hex'), ipv4({}, tcp({ payload }))]), 0x8100),
  ethernet(ipv4({ protocol: 47 }, Buffer.concat([Buffer.from('00006558', 'hex'), ethernetIpv4Tcp({ payload })]))),
  ethernet(ipv4({ fragmentOffset: 0, moreFragments: true }, tcp({ payload }).subarray(0, 24))),
  ethernet(ipv4({ fragmentOffset: 24 }, tcp({ payload }).subarray(24))),
].map((bytes) => ({ bytes }));
const blocks = new PcapngBlocks();
const EXTRAS = [blocks.secrets(1, payload), blocks.statistics(0, [[5, blocks.int(8, 3)]]), blocks.simplePacket({ bytes: payload })];
const LINK_TYPES = [0, 1, 9, 12, 101, 108, 113, 228, 229, 239, 276, 147];

/** One of the ways in which a file goes bad. */
function mutated(file: Buffer, random: () => number): Buffer {
  const place = (): number => Math.floor(random() * file.length);
  const copy = Buffer.from(file);
  const kind = Math.floor(random() * 4);
  if (kind === 0) return copy.subarray(0, place());
  if (kind === 1) return Buffer.concat([copy.subarray(0, place()), copy.subarray(place())]);
  if (kind === 2) {
    const [from, to] = [place(), place()].sort((a, b) => a - b) as [number, number];
    return Buffer.concat([copy.subarray(0, from), copy.subarray(to), copy.subarray(from, to)]);
  }
  for (let flips = 1 + random() * 20; flips > 0; flips -= 1) copy[place()] = random() < 0.3 ? 0xff : Math.floor(random() * 256);
  return copy;
}

/** Reads everything of the file in pieces, and checks that nothing lies outside of its buffer. */
function readAll(file: Buffer, random: () => number): number {
  const decoder = new PacketDecoder();
  const segment = new TcpSegment();
  const pieces: Buffer[] = [];
  for (let at = 0; at < file.length; ) {
    const end = at + 1 + Math.floor(random() * 300);
    pieces.push(file.subarray(at, end));
    at = end;
  }
  let packets = 0;
  const { parser } = parseCapture(file, {
    pieces,
    packet(packet) {
      packets += 1;
      expect(packet.start >= 0 && packet.start <= packet.end && packet.end <= packet.bytes.length && Number.isFinite(packet.timeNs)).toBe(
        true,
      );
      for (const linkType of [packet.linkType, LINK_TYPES[packets % LINK_TYPES.length] ?? 1]) {
        if (!decoder.decode({ ...packet, linkType }, segment)) continue;
        const { bytes, optionsStart, optionsEnd, payloadStart, payloadEnd, length } = segment;
        expect(optionsStart <= optionsEnd && optionsEnd <= payloadStart && payloadStart <= payloadEnd && payloadEnd <= bytes.length).toBe(
          true,
        );
        expect(payloadEnd - payloadStart <= length).toBe(true);
      }
    },
    secrets: () => undefined,
    hostName: () => undefined,
  });
  expect(parser.notes.length).toBeLessThanOrEqual(22);
  return packets;
}

describe('reading damaged captures', () => {
  it.each([
    ['pcap', pcapFile(FRAMES)],
    ['big-endian pcap', pcapFile(FRAMES, { bigEndian: true })],
    ['modified pcap', pcapFile(FRAMES, { magic: 0xa1b2cd34 })],
    ['pcapng', pcapngFile(FRAMES, { before: EXTRAS })],
    ['two sections of pcapng', Buffer.concat([pcapngFile(FRAMES), pcapngFile(FRAMES, { bigEndian: true })])],
  ])('never throws or loops on a mutated %s', (_name, file) => {
    let packets = 0;
    for (let seed = 0; seed < 400; seed += 1) {
      const random = seededRandom(seed);
      packets += readAll(mutated(file, random), random);
    }
    expect(packets).toBeGreaterThan(100);
  });

  it('never throws or loops on noise behind a header', () => {
    const random = seededRandom(7);
    const noise = Buffer.from(Array.from({ length: 20_000 }, () => Math.floor(random() * 256)));
    for (const head of [pcapFile([]), pcapngFile([])]) expect(readAll(Buffer.concat([head, noise]), random)).toBe(0);
    const sections = Array.from({ length: 200 }, () => blocks.section().subarray(0, 20));
    expect(readAll(Buffer.concat([pcapngFile(FRAMES), ...sections, noise]), random)).toBe(FRAMES.length);
  });

  it.skipIf(!HAS_SHARED_CAPTURES)('never throws or loops on mutations of recorded captures (they are kept beside the repository)', () => {
    let packets = 0;
    for (const name of ['dups-le-ns.pcapng', 'dups-sll2.pcap', 'dups-qinq.pcap', 'dups-be.pcapng']) {
      const file = readFileSync(join(SHARED_CAPTURES, 'derived', name)).subarray(0, 12_000);
      for (let seed = 0; seed < 40; seed += 1) {
        const random = seededRandom(seed);
        packets += readAll(mutated(file, random), random);
      }
    }
    expect(packets).toBeGreaterThan(1000);
  });
});
