import { describe, expect, it } from 'vitest';
import { compress, inflate } from '../../../../harness/drive/load/deflate.ts';
import { DueHeap } from '../../../../harness/drive/load/due-heap.ts';
import type { FrameSink } from '../../../../harness/drive/load/frame-sink.ts';
import { FrameWriter } from '../../../../harness/drive/load/frame-writer.ts';
import { Outstanding } from '../../../../harness/drive/load/outstanding.ts';
import type { PartialReader } from '../../../../harness/drive/load/partial-reader.ts';
import { Payload } from '../../../../harness/drive/load/payload.ts';
import { readFrames } from '../../../../harness/drive/load/read-frames.ts';
import { seededRandom } from '../../../../harness/measure/seeded-random.ts';
import { encodeFrame, OPCODE } from '../../../../harness/wire/frame.ts';
import { FrameReader } from '../../../../harness/wire/frame-reader.ts';

const payloadOf = (number: number, size: number, seed = 5): Buffer => {
  const bytes = Buffer.alloc(size);
  new Payload(seed, 'text').fill(bytes, 0, number, 0, size);
  return bytes;
};

describe('FrameWriter', () => {
  it.each([0, 5, 125, 126, 700, 65_535, 65_536, 200_001])('lays a right masked message of %i bytes, whole and in fragments', (size) => {
    for (const fragments of [1, 3]) {
      const writer = new FrameWriter();
      for (const number of [7, 2 ** 40 + 3]) {
        writer.reserve(size, fragments);
        writer.message(new Payload(5, 'text'), number, size, OPCODE.text, fragments);
        const frames = [...new FrameReader({ expectMasked: true }).push(writer.take())];
        expect(frames.map((frame) => frame.kind === 'frame' && [frame.opcode, frame.fin])).toEqual(
          fragments === 1
            ? [[1, true]]
            : [
                [1, false],
                [0, false],
                [0, true],
              ],
        );
        expect(Buffer.concat(frames.map((frame) => (frame.kind === 'frame' ? frame.payload : Buffer.alloc(0))))).toEqual(
          payloadOf(number, size),
        );
      }
    }
  });

  it('masks every frame with a key of its own, and never writes again to what was taken', () => {
    const writer = new FrameWriter();
    const taken = Array.from({ length: 6000 }, (_, number) => {
      writer.reserve(32, 1);
      writer.message(new Payload(5, 'text'), number, 32, OPCODE.text, 1);
      const bytes = writer.take();
      return { bytes, copy: Buffer.from(bytes) };
    });
    expect(taken.every(({ bytes, copy }) => bytes.equals(copy))).toBe(true);
    expect(new Set(taken.map(({ bytes }) => bytes.readUInt32BE(2))).size).toBeGreaterThan(5990);
  });
});

describe('Payload', () => {
  it('knows its own bytes from any position on, and no others', () => {
    const payload = new Payload(5, 'binary');
    const bytes = Buffer.alloc(70_000);
    payload.fill(bytes, 0, 99, 0, bytes.length);
    for (const [from, to] of [
      [0, 70_000],
      [3, 20],
      [5, 300],
      [65_530, 70_000],
    ] as const)
      expect(payload.matches(bytes.subarray(from, to), 0, to - from, 99, from)).toBe(true);
    for (const at of [0, 7, 8, 100, 69_999]) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(payload.matches(changed, 0, changed.length, 99, 0)).toBe(false);
    }
    expect(payload.matches(bytes, 0, 20, 100, 0)).toBe(false);
  });
});

/** What a reader tells, as words. */
function listen(chunks: readonly Buffer[]): readonly string[] {
  const said: string[] = [];
  let message: Buffer[] = [];
  let isReading = true;
  const sink: FrameSink = {
    get isReading() {
      return isReading;
    },
    message: (first, bytes, from, to) => said.push(`${first & 15} ${bytes.toString('latin1', from, to)}`),
    messageBegin: (first) => {
      message = [Buffer.from(`${first & 15} `)];
    },
    messagePart: (bytes, from, to) => message.push(Buffer.from(bytes.subarray(from, to))),
    messageEnd: () => said.push(Buffer.concat(message).toString('latin1')),
    control: (opcode, bytes, from, to) => said.push(`${opcode} ${bytes.toString('latin1', from, to)}`),
    violation: () => {
      isReading = false;
      said.push('violation');
    },
  };
  let partial: PartialReader | null = null;
  for (const chunk of chunks) if (isReading) partial = readFrames(sink, partial, chunk, 0, chunk.length);
  return said;
}

describe('readFrames', () => {
  const frames = [
    encodeFrame({ opcode: OPCODE.text, payload: Buffer.from('one') }),
    encodeFrame({ opcode: OPCODE.binary, payload: Buffer.from('tw'), fin: false }),
    encodeFrame({ opcode: OPCODE.ping, payload: Buffer.from('p') }),
    encodeFrame({ opcode: OPCODE.continuation, payload: Buffer.from('o') }),
    encodeFrame({ opcode: OPCODE.text, payload: Buffer.alloc(300, 'x') }),
    encodeFrame({ opcode: OPCODE.text, payload: Buffer.alloc(70_000, 'y') }),
    encodeFrame({ opcode: OPCODE.text, payload: Buffer.alloc(0) }),
    encodeFrame({ opcode: OPCODE.close, payload: Buffer.alloc(0) }),
  ];
  const expected = ['1 one', '9 p', '2 two', `1 ${'x'.repeat(300)}`, `1 ${'y'.repeat(70_000)}`, '1 ', '8 '];

  it.each([1, 2, 3, 7, 100, 65_536])('says the same for pieces of %i bytes', (size) => {
    const all = Buffer.concat(frames);
    const chunks = Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.subarray(n * size, (n + 1) * size));
    expect(listen(chunks)).toEqual(expected);
  });

  it.each([
    ['a masked frame', [0x81, 0x81, 1, 2, 3, 4, 5]],
    ['a reserved opcode', [0x83, 0]],
    ['a reserved bit', [0xa1, 0]],
    ['a fragmented Ping', [0x09, 0]],
    ['a long Ping', [0x89, 126, 0, 200]],
    ['a continuation of nothing', [0x80, 0]],
    ['a message within a message', [0x01, 0, 0x81, 0]],
  ])('refuses %s', (_what, bytes) => {
    expect(listen([Buffer.from(bytes)])).toEqual(['violation']);
    expect(listen(bytes.map((byte) => Buffer.of(byte)))).toEqual(['violation']);
  });

  it('takes any bytes', () => {
    const random = seededRandom(4);
    for (let round = 0; round < 2000; round += 1) {
      const bytes = Buffer.from(Array.from({ length: 40 }, () => Math.floor(random() * 256)));
      const cut = Math.floor(random() * 40);
      expect(() => listen([bytes.subarray(0, cut), bytes.subarray(cut)])).not.toThrow();
    }
  });
});

describe('Outstanding', () => {
  it('keeps order, finds numbers and grows', () => {
    const outstanding = new Outstanding();
    for (let number = 0; number < 100; number += 1) outstanding.push(number * 3, number);
    outstanding.drop(50);
    for (let number = 100; number < 170; number += 1) outstanding.push(number * 3, number);
    expect([
      outstanding.length,
      outstanding.numberAt(0),
      outstanding.dueAt(0),
      outstanding.numberAt(119),
      outstanding.numberAt(120),
    ]).toEqual([120, 150, 50, 507, -1]);
    expect([outstanding.indexOf(150), outstanding.indexOf(507), outstanding.indexOf(147), outstanding.indexOf(151)]).toEqual([
      0, 119, -1, -1,
    ]);
  });
});

describe('DueHeap', () => {
  it('gives what is due, the earliest first', () => {
    const heap = new DueHeap<number>();
    const random = seededRandom(9);
    const dues = Array.from({ length: 500 }, () => random() * 100);
    for (const due of dues) heap.push(due, due);
    const taken: number[] = [];
    for (let next = heap.take(50); next !== undefined; next = heap.take(50)) taken.push(next);
    expect(taken).toEqual(dues.filter((due) => due <= 50).toSorted((a, b) => a - b));
    expect(heap.length).toBe(500 - taken.length);
  });
});

describe('compress', () => {
  it('is undone by inflate, which refuses what is too long or no compressed data', () => {
    for (const size of [0, 1, 5000]) expect(inflate([compress(payloadOf(1, size))], size)).toEqual(payloadOf(1, size));
    expect(inflate([compress(payloadOf(1, 5000))], 4999)).toBeNull();
    expect(inflate([Buffer.from([0xff, 0xff, 0xff])], 100)).toBeNull();
    expect(compress(Buffer.alloc(0))).toEqual(Buffer.from([0]));
  });
});
