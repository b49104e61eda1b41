import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { readCapture, type ReadCaptureOptions } from '../../../harness/analyze/read-capture.ts';
import { HarnessError } from '../../../harness/errors.ts';
import { seededRandom } from '../../../harness/measure/seeded-random.ts';
import { pcapFile } from '../../fixtures/capture-builder.ts';
import { ethernetIpv4Tcp } from '../../fixtures/packet-builder.ts';
import { PcapngBlocks, pcapngFile } from '../../fixtures/pcapng-builder.ts';

const folder = mkdtempSync(join(tmpdir(), 'read-capture-'));
afterAll(() => rmSync(folder, { recursive: true }));

const random = seededRandom(1);
/** Noise does not compress, so that the compressed files have some length. */
const packets = Array.from({ length: 2000 }, () => ({
  bytes: ethernetIpv4Tcp({ payload: Buffer.from(Array.from({ length: 400 }, () => Math.floor(random() * 256))) }),
}));
const PCAP = pcapFile(packets);

async function read(bytes: Buffer | string, options: ReadCaptureOptions = {}) {
  const path = join(folder, 'capture');
  writeFileSync(path, bytes);
  let seen = 0;
  const file = await readCapture(path, { packet: () => void (seen += 1) }, options);
  expect(file.packets).toBe(seen);
  return file;
}

const refusal = async (reading: Promise<unknown>): Promise<HarnessError> => {
  const error: unknown = await reading.catch((thrown: unknown) => thrown);
  if (error instanceof HarnessError) return error;
  throw new Error(`expected a HarnessError, saw ${String(error)}`);
};

describe('readCapture', () => {
  it.each([
    ['plain', PCAP, null],
    ['gzip', gzipSync(PCAP), 'gzip'],
    ['zstd', zstdCompressSync(PCAP), 'zstd'],
    ['gzip of two members', Buffer.concat([gzipSync(PCAP.subarray(0, 5000)), gzipSync(PCAP.subarray(5000))]), 'gzip'],
    [
      'zstd of three frames',
      Buffer.concat([
        zstdCompressSync(PCAP.subarray(0, 99)),
        zstdCompressSync(PCAP.subarray(99, 300_000)),
        zstdCompressSync(PCAP.subarray(300_000)),
      ]),
      'zstd',
    ],
    ['zstd after a skippable frame', Buffer.concat([Buffer.from('502a4d1803000000616263', 'hex'), zstdCompressSync(PCAP)]), 'zstd'],
  ])('reads a file: %s', async (_name, bytes, compression) => {
    expect(await read(bytes)).toEqual({
      file: join(folder, 'capture'),
      format: 'pcap',
      linkType: 'Ethernet',
      packets: 2000,
      bytes: PCAP.length,
      truncated: false,
      dropped: null,
      epochSeconds: 1_700_000_000,
      compression,
      notes: [],
      interfaces: [{ id: 0, linkType: 1, snapLength: 262_144, name: null }],
    });
  });

  it.each([
    ['plain', PCAP],
    ['gzip', gzipSync(PCAP)],
  ])('reads standard input in small pieces: %s', async (_name, bytes) => {
    const pieces = Array.from({ length: Math.ceil(bytes.length / 777) }, (_, index) => bytes.subarray(index * 777, (index + 1) * 777));
    const stdin = Readable.from([bytes.subarray(0, 1), bytes.subarray(1, 2), bytes.subarray(2, 777), ...pieces.slice(1)]);
    expect(await readCapture('-', { packet: () => undefined }, { stdin })).toMatchObject({ file: '-', packets: 2000, truncated: false });
  });

  it('tells what pcapng says of its interfaces and losses', async () => {
    const blocks = new PcapngBlocks();
    const second = [
      blocks.interface({ linkType: 276, options: [[2, Buffer.from('any')]] }),
      blocks.packet(5n, { bytes: Buffer.alloc(8), interfaceId: 1 }),
    ];
    const file = Buffer.concat([pcapngFile(packets.slice(0, 3)), ...second, blocks.statistics(0, [[5, blocks.int(8, 12)]])]);
    expect(await read(file)).toMatchObject({
      format: 'pcapng',
      linkType: 'several',
      dropped: 12,
      interfaces: [
        { id: 0, linkType: 1 },
        { id: 1, linkType: 276, name: 'any' },
      ],
    });
  });

  it('reads a capture without packets', async () => {
    expect(await read(pcapFile([], { linkType: 113 }))).toMatchObject({ packets: 0, linkType: 'Linux cooked v1', truncated: false });
  });

  it.each(['plain', 'gzip', 'zstd'] as const)('gives what a cut file holds: %s', async (kind) => {
    const whole = { plain: PCAP, gzip: gzipSync(PCAP), zstd: zstdCompressSync(PCAP) }[kind];
    const file = await read(whole.subarray(0, Math.floor(whole.length * 0.6)));
    expect(file.truncated).toBe(true);
    expect(file.packets).toBeGreaterThan(1000);
    expect(file.packets).toBeLessThan(1250);
    expect(file.notes).toEqual(kind === 'plain' ? [] : [`the file could be read only in part: it holds ${kind} data that ends too early`]);
  });

  it('gives what comes before damaged gzip data', async () => {
    const damaged = gzipSync(PCAP);
    damaged.fill(0xff, damaged.length >> 1, (damaged.length >> 1) + 4000);
    const file = await read(damaged);
    expect(file.packets).toBeGreaterThan(700);
    expect(file.notes.length).toBeGreaterThan(0);
  });

  it('counts on, up to the size of the file', async () => {
    const progress: (readonly [number, number | null])[] = [];
    await read(PCAP, { onProgress: (bytes, total) => progress.push([bytes, total]) });
    expect(progress.at(-1)).toEqual([PCAP.length, PCAP.length]);
  });

  it('stops when it is interrupted, and says so', async () => {
    const stdin = Readable.from([PCAP.subarray(0, 100_000), PCAP.subarray(100_000)]);
    const file = await readCapture('-', { packet: () => undefined }, { stdin, signal: AbortSignal.abort() });
    expect(file.packets).toBeGreaterThan(100);
    expect(file.packets).toBeLessThan(300);
    expect(file).toMatchObject({ truncated: false, notes: ['reading was interrupted: what follows is about the part that was read'] });
  });

  it.each(['plain', 'gzip'])('lets through what a receiver of packets throws: %s', async (kind) => {
    const broken = {
      packet(): void {
        throw new RangeError('not ours');
      },
    };
    const path = join(folder, 'thrown');
    writeFileSync(path, kind === 'gzip' ? gzipSync(PCAP) : PCAP);
    await expect(readCapture(path, broken)).rejects.toThrow(RangeError);
  });

  it.each([
    ['text', 'hello', 'saw "hello" in'],
    ['a HAR file', '{"log": {"version"', 'saw "{"log": {"version"", a HAR file, which holds requests and not packets in'],
    ['text in gzip', gzipSync('hello'), 'saw "hello" inside the gzip data of'],
    ['nothing', '', 'saw no bytes in'],
    ['gzip that is cut at once', gzipSync(PCAP).subarray(0, 12), 'saw gzip data that ends too early in'],
    ['zstd that is no zstd', Buffer.concat([Buffer.from('28b52ffd', 'hex'), Buffer.alloc(100, 0xff)]), 'saw damaged zstd data in'],
  ])('refuses %s', async (_name, bytes, words) => {
    const error = await refusal(read(bytes));
    expect(error.code).toBe('CAPTURE_ERR_UNREADABLE');
    expect(error.exitCode).toBe(2);
    expect(error.message).toMatch(/^expected a capture file/);
    expect(error.message).toContain(`${words} ${join(folder, 'capture')}`);
  });

  it('says that there is no such file, or that it is a folder', async () => {
    const missing = await refusal(readCapture(join(folder, 'none.pcap'), { packet: () => undefined }));
    expect(missing).toMatchObject({
      code: 'CAPTURE_ERR_NOT_FOUND',
      exitCode: 2,
      message: `expected a capture file, saw no file ${join(folder, 'none.pcap')}`,
    });
    const directory = await refusal(readCapture(folder, { packet: () => undefined }));
    expect(directory).toMatchObject({ code: 'CAPTURE_ERR_UNREADABLE', message: `expected a capture file, saw a directory at ${folder}` });
  });

  it('reads on through a decompression bomb without keeping it', async () => {
    const bomb = gzipSync(Buffer.concat([pcapFile([]), Buffer.alloc(16 * 1024 * 1024)]));
    expect(bomb.length).toBeLessThan(100_000);
    expect(await read(bomb)).toMatchObject({ packets: 1024 * 1024, bytes: 16 * 1024 * 1024 + 24 });
  });
});
