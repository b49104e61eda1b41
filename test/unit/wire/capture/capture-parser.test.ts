import { describe, expect, it } from 'vitest';
import { EPOCH_SECONDS, pcapFile, type PcapOptions } from '../../../fixtures/capture-builder.ts';
import { ethernetIpv4Tcp } from '../../../fixtures/packet-builder.ts';
import { pcapngFile } from '../../../fixtures/pcapng-builder.ts';
import { parseCapture } from '../../../fixtures/read-packets.ts';

const PACKETS = [
  { bytes: ethernetIpv4Tcp({ payload: Buffer.from('first') }), timeNs: 250_000_123 },
  { bytes: ethernetIpv4Tcp({ payload: Buffer.from('second, and longer') }), timeNs: 1_250_000_456 },
  { bytes: Buffer.alloc(0), timeNs: 1_250_001_000 },
  { bytes: Buffer.from('cut'), timeNs: 90_000_000_789, originalLength: 1514 },
];
const BYTES = PACKETS.map(({ bytes }) => bytes.toString('hex'));

const PCAPS: readonly (readonly [string, PcapOptions, readonly number[]])[] = [
  ['pcap', {}, [250_000_000, 1_250_000_000, 1_250_001_000, 90_000_000_000]],
  ['pcap', { bigEndian: true }, [250_000_000, 1_250_000_000, 1_250_001_000, 90_000_000_000]],
  ['pcap (nanoseconds)', { magic: 0xa1b23c4d }, [250_000_123, 1_250_000_456, 1_250_001_000, 90_000_000_789]],
  ['pcap (nanoseconds)', { magic: 0xa1b23c4d, bigEndian: true }, [250_000_123, 1_250_000_456, 1_250_001_000, 90_000_000_789]],
  ['pcap (modified)', { magic: 0xa1b2cd34 }, [250_000_000, 1_250_000_000, 1_250_001_000, 90_000_000_000]],
  ['pcap (modified)', { magic: 0xa1b2cd34, bigEndian: true }, [250_000_000, 1_250_000_000, 1_250_001_000, 90_000_000_000]],
];

describe('CaptureParser', () => {
  it.each(PCAPS)('reads %s with %j', (format, options, times) => {
    const { parser, packets } = parseCapture(pcapFile(PACKETS, options));
    expect(parser).toMatchObject({
      format,
      epochSeconds: EPOCH_SECONDS,
      packets: 4,
      isTruncated: false,
      problem: null,
      notes: [],
      linkTypes: [1],
    });
    expect(packets.map(({ hex }) => hex)).toEqual(BYTES);
    expect(packets.map(({ timeNs }) => timeNs)).toEqual(times);
    expect(packets.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
    expect(packets.map(({ originalLength }) => originalLength)).toEqual([59, 72, 0, 1514]);
  });

  it.each([false, true])('reads pcapng, big-endian: %s', (bigEndian) => {
    const { parser, packets } = parseCapture(pcapngFile(PACKETS, { bigEndian }));
    expect(parser).toMatchObject({
      format: 'pcapng',
      epochSeconds: EPOCH_SECONDS,
      packets: 4,
      isTruncated: false,
      notes: [],
      linkTypes: [1],
    });
    expect(packets.map(({ hex }) => hex)).toEqual(BYTES);
    expect(packets.map(({ timeNs }) => timeNs)).toEqual([250_000_123, 1_250_000_456, 1_250_001_000, 90_000_000_789]);
  });

  it('tells what times count from before it hands on a packet', () => {
    const told: string[] = [];
    parseCapture(pcapFile(PACKETS), {
      epoch: (seconds) => told.push(`epoch ${seconds}`),
      packet: ({ number }) => told.push(`packet ${number}`),
    });
    expect(told).toEqual([`epoch ${EPOCH_SECONDS}`, 'packet 1', 'packet 2', 'packet 3', 'packet 4']);
  });

  it.each([
    ['pcap', pcapFile(PACKETS)],
    ['modified pcap', pcapFile(PACKETS, { magic: 0xa1b2cd34 })],
    ['pcapng', pcapngFile(PACKETS)],
  ])('gives the same packets wherever a %s file is split', (_name, file) => {
    const { packets } = parseCapture(file);
    for (let at = 0; at <= file.length; at += 1) {
      expect(parseCapture(file, { pieces: [file.subarray(0, at), file.subarray(at)] }).packets).toEqual(packets);
    }
    const bytewise = Array.from(file, (_, at) => file.subarray(at, at + 1));
    expect(parseCapture(file, { pieces: bytewise }).packets).toEqual(packets);
  });

  it.each([
    ['pcap', pcapFile(PACKETS)],
    ['pcapng', pcapngFile(PACKETS)],
  ])('keeps the whole packets of a %s file that is cut anywhere, and says that it is cut', (_name, file) => {
    const { packets } = parseCapture(file);
    let whole = 0;
    for (let at = 64; at < file.length; at += 1) {
      const cut = parseCapture(file.subarray(0, at));
      expect(cut.packets).toEqual(packets.slice(0, cut.packets.length));
      if (!cut.parser.isTruncated) whole += 1;
    }
    // Between records a cut does not show.
    expect(whole).toBeLessThanOrEqual(PACKETS.length + 1);
  });

  it('hands on packets that lie whole in a piece without copying them', () => {
    const file = pcapFile(PACKETS);
    const seen = new Set<Buffer>();
    const pieces = [file.subarray(0, 64), file.subarray(64)];
    parseCapture(file, { pieces, packet: ({ bytes }) => seen.add(bytes) });
    expect(seen.has(pieces[1] ?? file)).toBe(true);
  });

  it('reads a file without packets', () => {
    expect(parseCapture(pcapFile([])).parser).toMatchObject({
      format: 'pcap',
      packets: 0,
      problem: null,
      isTruncated: false,
      epochSeconds: 0,
    });
  });

  it('reads the link type without the length of the frame check sequence', () => {
    const { parser } = parseCapture(pcapFile(PACKETS, { linkType: 0x14000001 }));
    expect(parser.linkTypes).toEqual([1]);
    expect(parser.interfaces).toEqual([{ id: 0, linkType: 1, snapLength: 262_144, name: null }]);
  });

  it('reads files that were appended to one another', () => {
    const other = pcapFile(PACKETS.slice(0, 1), { linkType: 101, epochSeconds: EPOCH_SECONDS + 100 });
    const { parser, packets } = parseCapture(Buffer.concat([pcapFile(PACKETS), other]));
    expect(packets.map(({ linkType }) => linkType)).toEqual([1, 1, 1, 1, 101]);
    expect(parser.notes).toEqual([`another pcap file was appended at offset ${pcapFile(PACKETS).length}: it is read as well`]);
  });

  it('stops at a record of an impossible length, and names the place', () => {
    const file = pcapFile(PACKETS);
    const bad = Buffer.concat([file, Buffer.from('0000000000000000ffffff7f00000000', 'hex'), Buffer.alloc(100)]);
    const { parser, packets } = parseCapture(bad);
    expect(packets).toHaveLength(4);
    expect(parser.notes).toEqual([
      `the record at offset ${file.length} says that it holds 2147483647 bytes: the file is damaged there and was read up to it`,
    ]);
    expect(parser).toMatchObject({ isStopped: true, isTruncated: false });
  });

  it('says once that the clock jumps back', () => {
    const times = [10e9, 20e9, 19.5e9, 5e9, 1e9].map((timeNs) => ({ bytes: Buffer.from('x'), timeNs }));
    const { parser, packets } = parseCapture(pcapFile(times));
    expect(parser.notes).toEqual(['the clock jumps back by 14.500 s at frame 4: times across it are wrong']);
    expect(packets.map(({ timeNs }) => timeNs)).toEqual([0, 10e9, 9.5e9, -5e9, -9e9]);
  });

  it.each([
    ['{"log": {"version": "1.2", "creator": {}}}', 'saw "{"log": {"version": "1.2…", a HAR file, which holds requests and not packets'],
    ['Frame 1: 74 bytes\non wire\u001b', 'saw the first bytes 46 72 61 6d 65 20 31 3a'],
    ['GET /socket HTTP/1.1\r\nHost: x\r\n', 'saw "GET /socket HTTP/1.1 Hos…"'],
    ['snoop\0\0\0\0\0\0\u0002', 'saw a snoop capture (editcap -F pcapng converts it)'],
    ['\n\r\r\n', 'saw a pcapng header that is cut or damaged'],
    ['', 'saw no bytes'],
  ])('says of %j that it is no capture', (text, seen) => {
    expect(parseCapture(Buffer.from(text)).parser).toMatchObject({
      format: null,
      packets: 0,
      problem: `expected a capture file (pcap or pcapng, also gzip or zstd), ${seen}`,
    });
  });

  it('says that a header is cut', () => {
    expect(parseCapture(pcapFile([]).subarray(0, 20)).parser.problem).toContain('saw a pcap header cut after 20 bytes');
  });
});
