import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../harness/measure/seeded-random.ts';
import { encodeClose, encodeFrame, OPCODE } from '../../../harness/wire/frame.ts';
import { FrameReader, type FrameReaderOptions } from '../../../harness/wire/frame-reader.ts';

const MASK = Buffer.from('37fa213d', 'hex');
const STREAM = Buffer.concat([
  encodeFrame({ opcode: OPCODE.text, payload: Buffer.from('grüß'), maskKey: MASK }),
  encodeFrame({ opcode: OPCODE.text, payload: Buffer.from('He'), fin: false, maskKey: MASK }),
  encodeFrame({ opcode: OPCODE.ping, payload: Buffer.alloc(0), maskKey: MASK }),
  encodeFrame({ opcode: OPCODE.continuation, payload: Buffer.from('llo'), maskKey: MASK }),
  encodeFrame({ opcode: OPCODE.binary, payload: Buffer.alloc(300, 7), maskKey: MASK }),
  encodeFrame({ opcode: OPCODE.binary, payload: Buffer.alloc(70_000, 9), maskKey: MASK }),
  encodeClose(1000, 'done', MASK),
]);
const readAll = (chunks: readonly Buffer[], options: FrameReaderOptions = {}) => {
  const reader = new FrameReader(options);
  return chunks.flatMap((chunk) => [...reader.push(chunk)]);
};
const cut = (bytes: Buffer, sizes: () => number): readonly Buffer[] => {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + sizes());
    chunks.push(bytes.subarray(at, end));
    at = end;
  }
  return chunks;
};

describe('FrameReader', () => {
  const whole = readAll([STREAM], { expectMasked: true });

  it('reads every frame and unmasks it', () => {
    expect(whole.map((frame) => (frame.kind === 'frame' ? [frame.opcode, frame.fin, frame.payload.length] : frame))).toEqual([
      [1, true, 6],
      [1, false, 2],
      [9, true, 0],
      [0, true, 3],
      [2, true, 300],
      [2, true, 70_000],
      [8, true, 6],
    ]);
    expect(whole[0]).toMatchObject({ masked: true, payload: Buffer.from('grüß') });
  });

  it('gives the same frames for any chunking', () => {
    expect(readAll(cut(STREAM.subarray(0, 420), () => 1))).toEqual(whole.slice(0, 5));
    for (let seed = 1; seed <= 60; seed += 1) {
      const random = seededRandom(seed);
      const longest = seed % 3 === 0 ? 20 : 3000;
      expect(
        readAll(
          cut(STREAM, () => 1 + Math.floor(random() * longest)),
          { expectMasked: true },
        ),
      ).toEqual(whole);
    }
  });

  it('leaves the bytes it was given as they were', () => {
    const copy = Buffer.from(STREAM);
    readAll([copy]);
    expect(copy.equals(STREAM)).toBe(true);
  });

  it('says whether a frame is unfinished', () => {
    const reader = new FrameReader();
    reader.push(STREAM.subarray(0, 3));
    expect(reader.isMidFrame).toBe(true);
    reader.push(STREAM.subarray(3, 12));
    expect(reader.isMidFrame).toBe(false);
  });

  // RFC 6455 section 5.2 (bits, opcodes, lengths), 5.1 (mask), 5.5 (control frames).
  it.each([
    ['RSV1 that nobody negotiated', 'c100', {}, 'a reserved bit is set', 1002],
    ['RSV2', 'a100', {}, 'a reserved bit is set', 1002],
    ['a reserved opcode', '8300', {}, 'reserved opcode 3', 1002],
    ['a reserved control opcode', '8b00', {}, 'reserved opcode 11', 1002],
    ['a fragmented ping', '0900', {}, 'a fragmented control frame', 1002],
    ['a long ping', '897e', {}, 'a control frame over 125 bytes', 1002],
    ['a server that masks', '818000000000', { expectMasked: false }, 'a masked frame from a server', 1002],
    ['a client that does not', '8100', { expectMasked: true }, 'an unmasked frame from a client', 1002],
    ['16 bits for a short length', '817e0005', {}, 'a length that is not in its shortest form', 1002],
    ['64 bits for a middle length', '817f000000000000ffff', {}, 'a length that is not in its shortest form', 1002],
    ['a length with the top bit', '817f8000000000000000', {}, 'a frame of 9223372036854775808 bytes, over the limit of 16777216', 1009],
    ['a length over the limit', '817e0200', { maxPayload: 511 }, 'a frame of 512 bytes, over the limit of 511', 1009],
  ])('reports %s', (_what, hex, options, reason, closeCode) => {
    expect(readAll([Buffer.from(hex, 'hex')], options)).toEqual([{ kind: 'error', reason, closeCode }]);
  });

  it('gives the frames before an error and nothing after it', () => {
    const reader = new FrameReader();
    expect(reader.push(Buffer.from('8101788300', 'hex')).map(({ kind }) => kind)).toEqual(['frame', 'error']);
    expect(reader.push(Buffer.from('810178', 'hex'))).toEqual([]);
  });

  it('takes RSV1 where it is allowed', () => {
    expect(readAll([Buffer.from('c10178', 'hex')], { allowRsv1: true })).toMatchObject([{ kind: 'frame', rsv1: true }]);
  });
});
