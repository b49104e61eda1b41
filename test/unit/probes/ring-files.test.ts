import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countPackets, gatherRing } from '../../../harness/probes/ring-files.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ring-test-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** A pcap file with nanoseconds: a packet of 100 bytes at each of these seconds. */
function pcap(seconds: readonly number[], bigEndian = false): Buffer {
  const word = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    if (bigEndian) bytes.writeUInt32BE(value);
    else bytes.writeUInt32LE(value);
    return bytes;
  };
  const packets = seconds.flatMap((second) => [word(second), word(5), word(100), word(100), Buffer.alloc(100, 0xa1)]);
  return Buffer.concat([word(0xa1b23c4d), Buffer.alloc(16), word(1), ...packets]);
}

const put = (name: string, bytes: Buffer): void => writeFileSync(join(dir, name), bytes);
const base = (): string => join(dir, 'c.eth0.pcap');

describe('gatherRing', () => {
  it('gives one file its plain name', async () => {
    put('c.eth0.pcap0', pcap([1, 2]));
    expect(await gatherRing(base(), 4, 2)).toEqual({ files: [base()], packets: 2, rotatedOut: false });
    expect(readdirSync(dir)).toEqual(['c.eth0.pcap']);
  });

  it('numbers several in order of time, whatever place of the ring they had', async () => {
    put('c.eth0.pcap0', pcap([50]));
    put('c.eth0.pcap1', pcap([20]));
    put('c.eth0.pcap2', pcap([30]));
    put('c.eth0.pcap3', pcap([40]));
    const { files, rotatedOut } = await gatherRing(base(), 4, 5);
    expect(rotatedOut).toBe(true);
    expect(files).toEqual([1, 2, 3, 4].map((n) => join(dir, `c.eth0.${n}.pcap`)));
    expect(await Promise.all(files.map(countPackets))).toEqual([1, 1, 1, 1]);
    expect(readdirSync(dir).length).toBe(4);
  });

  it('does not take a full ring for one that has overwritten something', async () => {
    for (const n of [0, 1]) put(`c.eth0.pcap${n}`, pcap([10 + n, 20 + n]));
    expect((await gatherRing(base(), 2, 4)).rotatedOut).toBe(false);
  });

  it('puts the file last that was just begun', async () => {
    put('c.eth0.pcap0', pcap([]));
    put('c.eth0.pcap1', pcap([20, 21]));
    const { files } = await gatherRing(base(), 2, 9);
    expect(await Promise.all(files.map(countPackets))).toEqual([2, 0]);
  });

  it('finds nothing where there is nothing', async () => {
    expect(await gatherRing(base(), 4, 0)).toEqual({ files: [], packets: 0, rotatedOut: false });
  });
});

describe('countPackets', () => {
  it('counts whole packets, in either byte order', async () => {
    put('le', pcap([1, 2, 3]));
    put('be', pcap([1, 2, 3], true));
    put('cut', pcap([1, 2, 3]).subarray(0, -1));
    put('cut-head', Buffer.concat([pcap([1]), Buffer.alloc(7)]));
    put('stub', Buffer.alloc(10));
    expect(await Promise.all(['le', 'be', 'cut', 'cut-head', 'stub'].map((name) => countPackets(join(dir, name))))).toEqual([
      3, 3, 2, 1, 0,
    ]);
  });

  it('counts across reads', async () => {
    put('long', pcap(Array.from({ length: 40_000 }, (_, n) => n)));
    expect(await countPackets(join(dir, 'long'))).toBe(40_000);
  });
});
