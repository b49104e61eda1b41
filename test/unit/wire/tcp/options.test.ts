import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../harness/measure/seeded-random.ts';
import { TcpOptions, windowScaleOf } from '../../../../harness/wire/tcp/options.ts';
import { TcpSegment } from '../../../../harness/wire/tcp/tcp-segment.ts';
import { segmentOf } from '../../../fixtures/segment-script.ts';

const SYN = [2, 4, 0x05, 0xb4, 4, 2, 8, 10, 0xff, 0xff, 0xff, 0xfe, 0, 0, 0, 1, 1, 3, 3, 7];

const read = (options: readonly number[], isHeaderCut = false): TcpOptions => {
  const read = new TcpOptions();
  read.read(segmentOf({ from: 'a', seq: 1, options, isHeaderCut }));
  return read;
};

describe('TcpOptions', () => {
  it('reads the options of a SYN', () => {
    expect(read(SYN)).toMatchObject({
      mss: 1460,
      windowScale: 7,
      sackPermitted: true,
      hasTimestamps: true,
      tsVal: -2,
      tsEcr: 1,
      sackCount: 0,
    });
  });

  it('reads padded timestamps, alone and beside SACK blocks', () => {
    const timestamps = [1, 1, 8, 10, 0, 0, 1, 0, 0, 0, 2, 0];
    expect(read(timestamps)).toMatchObject({ hasTimestamps: true, tsVal: 256, tsEcr: 512, mss: -1, windowScale: -1 });
    const both = read([...timestamps, 1, 1, 5, 18, 0, 0, 0, 10, 0, 0, 0, 20, 0x80, 0, 0, 0, 0x80, 0, 0, 1]);
    expect(both).toMatchObject({ hasTimestamps: true, sackCount: 2 });
    expect([...both.sackEdges.subarray(0, 4)]).toEqual([10, 20, -0x80000000, -0x7fffffff]);
  });

  it('forgets the segment before', () => {
    const options = new TcpOptions();
    options.read(segmentOf({ from: 'a', seq: 1, options: SYN }));
    options.read(segmentOf({ from: 'a', seq: 2 }));
    expect(options).toMatchObject({
      mss: -1,
      windowScale: -1,
      sackPermitted: false,
      hasTimestamps: false,
      tsVal: 0,
      tsEcr: 0,
      sackCount: 0,
    });
  });

  it.each([
    ['an end of list before it', [0, 3, 3, 7]],
    ['a length of 0', [9, 0, 3, 3, 7, 0]],
    ['a length of 1', [9, 1, 3, 3, 7, 0]],
    ['a length past the end', [3, 4, 7]],
    ['a kind without length', [1, 1, 3]],
    ['an option of the wrong length', [3, 4, 7, 0]],
  ])('reads no window scale after %s', (_, options) => {
    expect(read(options).windowScale).toBe(-1);
    expect(windowScaleOf(segmentOf({ from: 'a', seq: 1, options }))).toBe(-1);
  });

  it('reads no options of a header that the snapshot cut', () => {
    expect(read(SYN, true)).toMatchObject({ mss: -1, windowScale: -1, hasTimestamps: false });
  });

  it('reads the window scale of a cut header for labels, as Wireshark does', () => {
    expect(windowScaleOf(segmentOf({ from: 'a', seq: 1, options: SYN, isHeaderCut: true }))).toBe(7);
  });

  it('takes the last of two window scales', () => {
    expect(read([3, 3, 1, 1, 3, 3, 9, 0]).windowScale).toBe(9);
    expect(windowScaleOf(segmentOf({ from: 'a', seq: 1, options: [3, 3, 1, 1, 3, 3, 9, 0] }))).toBe(9);
  });

  it('takes any bytes and stays inside of them', () => {
    const random = seededRandom(3);
    const options = new TcpOptions();
    const segment = new TcpSegment();
    for (let round = 0; round < 5_000; round += 1) {
      segment.bytes = Buffer.from(Array.from({ length: Math.floor(random() * 50) }, () => Math.floor(random() ** 3 * 256)));
      segment.optionsStart = Math.floor(random() * 10);
      segment.optionsEnd = Math.floor(random() * 60);
      options.read(segment);
      expect(options.sackCount).toBeLessThanOrEqual(4);
      expect(windowScaleOf(segment)).toBe(options.windowScale);
    }
  });
});
