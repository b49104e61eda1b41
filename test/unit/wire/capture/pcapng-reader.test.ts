import { describe, expect, it } from 'vitest';
import type { CaptureInterface } from '../../../../harness/wire/capture/captured-packet.ts';
import { PcapngBlocks } from '../../../fixtures/pcapng-builder.ts';
import { parseCapture } from '../../../fixtures/read-packets.ts';

const blocks = new PcapngBlocks();
const { int } = blocks;
const bytes = Buffer.from('0123456789');
const SECOND = 1_000_000n;
const NOW = 1_700_000_000n * SECOND;
const head = [blocks.section(), blocks.interface()];
const parse = (parts: readonly Buffer[], events = {}) => parseCapture(Buffer.concat(parts), events);

describe('PcapngReader', () => {
  it('knows interfaces by their section', () => {
    const big = new PcapngBlocks({ bigEndian: true });
    const found: CaptureInterface[] = [];
    const { packets } = parse(
      [
        blocks.section(),
        blocks.interface({ linkType: 1, snapLength: 96, options: [[2, Buffer.from('eth0')]] }),
        blocks.interface({ linkType: 101, options: [[9, Buffer.from([3])]] }),
        blocks.packet(NOW, { bytes }),
        blocks.packet(NOW / 1000n, { bytes, interfaceId: 1 }),
        big.section(),
        big.interface({ linkType: 276 }),
        big.packet(NOW + SECOND, { bytes }),
      ],
      { interface: (one: CaptureInterface) => found.push(one) },
    );
    expect(found).toEqual([
      { id: 0, linkType: 1, snapLength: 96, name: 'eth0' },
      { id: 1, linkType: 101, snapLength: 0, name: null },
      { id: 0, linkType: 276, snapLength: 0, name: null },
    ]);
    expect(packets.map(({ linkType, interfaceId, timeNs }) => [linkType, interfaceId, timeNs])).toEqual([
      [1, 0, 0],
      [101, 1, 0],
      [276, 0, 1e9],
    ]);
  });

  it('adds the offset of an interface to its times', () => {
    const late = blocks.interface({ options: [[14, int(8, 1_700_000_000)]] });
    const early = blocks.interface({ options: [[14, int(8, -10)]] });
    const { parser, packets } = parse([
      blocks.section(),
      late,
      early,
      blocks.packet(5n, { bytes }),
      blocks.packet(NOW + 11n * SECOND, { bytes, interfaceId: 1 }),
    ]);
    expect(parser.epochSeconds).toBe(1_700_000_000);
    expect(packets.map(({ timeNs }) => timeNs)).toEqual([5000, 1e9]);
  });

  it('gives a simple packet the time of the one before it', () => {
    const { parser, packets } = parse([
      blocks.section(),
      blocks.interface({ snapLength: 6 }),
      blocks.packet(NOW + 7n, { bytes: bytes.subarray(0, 6), originalLength: 10 }),
      blocks.simplePacket({ bytes: bytes.subarray(0, 6), originalLength: 10 }),
    ]);
    expect(packets[1]).toMatchObject({ number: 2, timeNs: 7000, originalLength: 10, hex: '303132333435' });
    expect(parser.notes).toEqual(['frame 2 has no time of its own (a simple packet block): the time before it stands in']);
  });

  it('reads the packet block of before', () => {
    const lost: number[] = [];
    const { packets } = parse([...head, blocks.oldPacket(NOW, 0xffff, { bytes }), blocks.oldPacket(NOW, 3, { bytes })], {
      dropped: (count: number) => lost.push(count),
    });
    expect(packets).toHaveLength(2);
    expect(lost).toEqual([3]);
  });

  it('counts lost packets once, though packets and statistics both tell them', () => {
    const { parser } = parse([
      ...head,
      blocks.packet(NOW, { bytes, options: [[4, int(8, 2)]] }),
      blocks.packet(NOW, {
        bytes,
        options: [
          [2, int(4, 1)],
          [4, int(8, 3)],
        ],
      }),
      blocks.statistics(0, [
        [5, int(8, 4)],
        [7, int(8, 2)],
      ]),
      blocks.statistics(0, [
        [5, int(8, 4)],
        [7, int(8, 5)],
      ]),
    ]);
    expect(parser.dropped).toBe(9);
  });

  it('tells no losses from losses that are not known', () => {
    expect(parse(head).parser.dropped).toBeNull();
    expect(parse([...head, blocks.statistics(0, [[5, int(8, 0)]])]).parser.dropped).toBe(0);
    expect(parse([...head, blocks.statistics(0, [[4, int(8, 7)]])]).parser.dropped).toBeNull();
  });

  it('hands on secrets and host names', () => {
    const told: string[] = [];
    const record = (type: number, address: Buffer, names: string) => {
      const value = Buffer.concat([address, Buffer.from(names)]);
      return Buffer.concat([int(2, type, value.length), value, Buffer.alloc(-value.length & 3)]);
    };
    const v6 = Buffer.from('20010db8000000000000000000000001', 'hex');
    parse(
      [
        ...head,
        blocks.secrets(0x544c534b, Buffer.from('CLIENT_RANDOM 00 11')),
        blocks.block(
          4,
          record(1, Buffer.from([10, 0, 0, 1]), 'proxy\0edge\0'),
          record(9, v6, 'x'),
          record(2, v6, 'origin\0'),
          int(2, 0, 0),
        ),
      ],
      {
        secrets: (type: number, secret: Buffer) => told.push(`${type.toString(16)} ${secret.toString()}`),
        hostName: (address: string, name: string) => told.push(`${address} ${name}`),
      },
    );
    expect(told).toEqual(['544c534b CLIENT_RANDOM 00 11', '10.0.0.1 proxy', '10.0.0.1 edge', '2001:db8::1 origin']);
  });

  it('numbers frames as Wireshark does: custom blocks count, unknown ones do not', () => {
    const { parser, packets } = parse([
      ...head,
      blocks.block(0xbad, int(4, 32_473)),
      blocks.packet(NOW, { bytes }),
      blocks.block(0x7777, bytes),
      blocks.packet(NOW, { bytes }),
    ]);
    expect(packets.map(({ number }) => number)).toEqual([2, 3]);
    expect(parser.packets).toBe(2);
    expect(parser.notes).toEqual(['2 blocks that hold no packets were skipped (type 0xbad: 1, type 0x7777: 1)']);
  });

  it('leaves out packets that contradict themselves, and goes on', () => {
    const tooLong = blocks.packet(NOW, { bytes });
    tooLong.writeUInt32LE(11 + 4, 8 + 12);
    const file = [...head, tooLong, blocks.packet(NOW, { bytes, interfaceId: 4 }), blocks.packet(NOW, { bytes })];
    const { parser, packets } = parse(file);
    expect(packets).toHaveLength(1);
    const offset = Buffer.concat(head).length;
    expect(parser.notes).toEqual([
      `the block at offset ${offset} says that it holds more bytes than it has: it was left out`,
      `the block at offset ${offset + tooLong.length} names an interface that is not described: it was left out`,
    ]);
  });

  it('goes on at the next section after damage', () => {
    const damaged = blocks.packet(NOW, { bytes }).subarray(0, 30);
    const { parser, packets } = parse([...head, damaged, ...head, blocks.packet(NOW, { bytes }), blocks.packet(NOW + 1n, { bytes })]);
    expect(packets).toHaveLength(2);
    expect(parser.notes).toHaveLength(1);
    expect(parser.notes[0]).toMatch(/^the block at offset \d+ does not end with its length: the file is damaged there/);
  });

  it('gives up on a file of which nothing can be read any more', () => {
    const { parser } = parse([...head, Buffer.alloc(1000, 0xff)]);
    expect(parser.notes).toEqual([
      expect.stringMatching(/says that it is 4294967295 bytes long/),
      'no further section was found after the damage: the file was read up to it',
    ]);
  });

  it('passes over a block that is too long to be held', () => {
    const length = 32 * 1024 * 1024;
    const long = Buffer.concat([int(4, 0x7777, length), Buffer.alloc(length - 12), int(4, length)]);
    const after = blocks.packet(NOW, { bytes });
    const { parser, packets } = parse([...head, long, after]);
    expect(packets).toHaveLength(1);
    expect(parser.notes[0]).toBe(`the block at offset ${Buffer.concat(head).length} is ${length} bytes long: it was left out`);
  });
});
