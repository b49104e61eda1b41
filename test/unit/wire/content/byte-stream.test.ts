import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../harness/measure/seeded-random.ts';
import { ByteStream } from '../../../../harness/wire/content/byte-stream.ts';
import { ByteBudget } from '../../../../harness/wire/content/content-budget.ts';
import { TcpSegment } from '../../../../harness/wire/tcp/tcp-segment.ts';
import { Remembered } from './recorded-traffic.ts';

/** One direction, with sequence numbers that wrap, from `base`. */
function aStream({ base = 0x7ffffff0, budget = new ByteBudget(1 << 20) } = {}) {
  const heard = new Remembered();
  const stream = new ByteStream(0, heard, budget);
  let frame = 0;
  const segmentAt = (seq: number, text: string, length = text.length): TcpSegment => {
    const segment = new TcpSegment();
    frame += 1;
    segment.frame = frame;
    segment.seq = (base + seq) | 0;
    segment.length = length;
    segment.bytes = Buffer.from(`[${text}]`, 'latin1');
    segment.payloadStart = 1;
    segment.payloadEnd = 1 + text.length;
    return segment;
  };
  const put = (seq: number, text: string, length?: number): void => {
    const segment = segmentAt(seq, text, length);
    stream.accept(segment, segment.seq);
  };
  return { heard, stream, put, ack: (seq: number): void => stream.acknowledge((base + seq) | 0), start: () => stream.start(base), base };
}

const ORIGIN = { frame: 99, timeNs: 0 };

describe('the bytes of one direction', () => {
  it('take nothing from a segment that is half the sequence space away, before and behind at once', () => {
    const { heard, put, start } = aStream();
    start();
    put(0, 'abc');
    put(3 + 2 ** 31, 'nowhere');
    put(3, 'def');
    expect(heard.text(0)).toBe('abcdef');
    expect(heard.missed).toEqual([0, 0]);
  });

  it('are handed on in order, across the end of the sequence numbers', () => {
    const { heard, put, start } = aStream();
    start();
    put(0, 'abcdefghij');
    put(10, 'klmnopqrst');
    put(20, 'uvwxyz');
    expect(heard.text(0)).toBe('abcdefghijklmnopqrstuvwxyz');
    expect(heard.frames[0]).toEqual([1, 2, 3]);
  });

  it('that come early wait for those before them, and keep their frames', () => {
    const { heard, put, start } = aStream();
    start();
    put(20, 'uvw');
    put(10, 'klmnopqrst');
    expect(heard.text(0)).toBe('');
    put(0, 'abcdefghij');
    expect(heard.text(0)).toBe('abcdefghijklmnopqrstuvw');
    expect(heard.frames[0]).toEqual([3, 2, 1]);
    expect(heard.missed[0]).toBe(0);
  });

  it('that came before are left out, also where a resend holds old and new ones', () => {
    const { heard, put, start } = aStream();
    start();
    put(0, 'abcdef');
    put(0, 'abcdef');
    put(3, 'defghi');
    put(8, 'i');
    expect(heard.text(0)).toBe('abcdefghi');
  });

  it('are not disturbed by a keep-alive with one byte of garbage', () => {
    const { heard, put, start } = aStream();
    start();
    put(0, 'abc');
    put(2, '\0');
    put(3, 'def');
    expect(heard.text(0)).toBe('abcdef');
  });

  it('begin with the first segment when no SYN was captured', () => {
    const { heard, put } = aStream();
    put(500, 'middle');
    put(400, 'before');
    put(506, ' end');
    expect(heard.text(0)).toBe('middle end');
  });

  it('that the snapshot length cut are counted', () => {
    const { heard, put, start } = aStream();
    start();
    put(0, 'abc', 1000);
    put(1000, 'def', 3);
    put(200, 'x', 1000);
    expect(heard.text(0)).toBe('abcdef');
    expect(heard.missed[0]).toBe(997 + 197);
  });
});

describe('a hole', () => {
  it('is given up once the other end has acknowledged it', () => {
    const { heard, put, start, ack } = aStream();
    start();
    put(0, 'abc');
    put(10, 'klm');
    ack(3);
    expect(heard.missed[0]).toBe(0);
    ack(13);
    expect(heard.text(0)).toBe('abcklm');
    expect(heard.missed[0]).toBe(7);
  });

  it('that was acknowledged before may still be filled by the next segment', () => {
    const { heard, put, start, ack } = aStream();
    start();
    put(0, 'abc');
    ack(8);
    put(5, 'fgh');
    put(3, 'de');
    expect(heard.text(0)).toBe('abcdefgh');
    expect(heard.missed[0]).toBe(0);
  });

  it('is given up when too much waits behind it, and never more is held than the budget', () => {
    const { heard, put, start } = aStream({ budget: new ByteBudget(1000) });
    start();
    for (let at = 10; at < 2000; at += 10) put(at, 'x'.repeat(10));
    expect(heard.missed[0]).toBe(10);
    expect(heard.text(0)).toHaveLength(1990);
  });

  it('is given up at the end', () => {
    const { heard, stream, put, start } = aStream();
    start();
    put(5, 'fgh');
    stream.end('capture', ORIGIN);
    expect([heard.missed[0], heard.text(0), heard.ends]).toEqual([5, 'fgh', ['0 capture']]);
  });

  it('of gigabytes before a stray segment is not believed', () => {
    const { heard, put, start, ack } = aStream();
    start();
    put(0, 'abc');
    ack(3);
    put(1 << 30, 'stray');
    put(3, 'def');
    expect([heard.text(0), heard.missed[0]]).toEqual(['abcdef', 0]);
  });
});

describe('the end of a direction', () => {
  it('comes when everything before its FIN has come', () => {
    const { heard, stream, put, start, base } = aStream();
    start();
    stream.fin((base + 6) | 0, ORIGIN);
    put(3, 'def');
    expect(heard.ends).toEqual([]);
    put(0, 'abc');
    expect(heard.ends).toEqual(['0 fin']);
    put(6, 'after');
    expect(heard.text(0)).toBe('abcdef');
  });

  it('comes at once with a reset', () => {
    const { heard, stream, put, start } = aStream();
    start();
    put(0, 'abc');
    stream.end('rst', ORIGIN);
    stream.end('capture', ORIGIN);
    expect(heard.ends).toEqual(['0 rst']);
  });
});

it('any order, overlap and repetition of segments gives the same bytes', () => {
  const text = Array.from({ length: 400 }, (_, at) => String.fromCodePoint(33 + (at % 90))).join('');
  for (let seed = 0; seed < 200; seed += 1) {
    const random = seededRandom(seed);
    const { heard, stream, put, start } = aStream({ base: Math.trunc(random() * 0x1_0000_0000) | 0 });
    start();
    const cuts: number[] = Array.from({ length: 30 }, () => Math.trunc(random() * text.length));
    const pieces = cuts.map((from) => ({ from, to: Math.min(text.length, from + 1 + Math.trunc(random() * 60)) }));
    for (let at = 0; at < text.length; at += 25) pieces.push({ from: at, to: Math.min(text.length, at + 25) });
    pieces.sort(() => random() - 0.5);
    for (const { from, to } of pieces) put(from, text.slice(from, to));
    stream.end('capture', ORIGIN);
    expect(heard.text(0)).toBe(text);
    expect(heard.missed[0]).toBe(0);
  }
});
