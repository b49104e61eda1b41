import { describe, expect, it } from 'vitest';
import type { ByteOrigin } from '../../../../harness/wire/content/conversation.ts';
import { type UnitMode, UnitReader, type UnitSink } from '../../../../harness/wire/content/unit-reader.ts';
import { recut } from './recorded-traffic.ts';

/** Units of a letter (what to do with the body), a digit (its length) and the body. */
class Units implements UnitSink {
  readonly seen: string[] = [];

  bodyLength(header: Buffer): number {
    return (header[1] ?? 0) - 48;
  }

  beginUnit(header: Buffer): UnitMode {
    return ({ s: 'skip', c: 'collect', t: 'stream' } as const)[header.toString('latin1', 0, 1)] ?? 'stop';
  }

  unitBytes(chunk: Buffer, start: number, end: number): void {
    this.seen.push(`bytes ${chunk.toString('latin1', start, end)}`);
  }

  unitMissing(count: number): void {
    this.seen.push(`missing ${count}`);
  }

  endUnit(header: Buffer, body: Buffer | null, isWhole: boolean, { frame }: ByteOrigin): void {
    this.seen.push(`${header.toString('latin1')} ${body?.toString('latin1') ?? 'null'} ${isWhole} ${frame}`);
  }

  lostUnits({ frame }: ByteOrigin): void {
    this.seen.push(`lost ${frame}`);
  }
}

function read(...parts: readonly (string | number)[]): readonly string[] {
  const units = new Units();
  const reader = new UnitReader(2, units);
  for (const [index, part] of parts.entries()) {
    const from = { frame: index + 1, timeNs: 0 };
    if (typeof part === 'number') reader.missing(part, from);
    else reader.read(Buffer.from(part), 0, part.length, from);
  }
  return units.seen;
}

describe('UnitReader', () => {
  it('cuts units and does with their bodies what is asked', () => {
    expect(read('c3abcs2xxt2yyc0')).toEqual(['c3 abc true 1', 's2 null true 1', 'bytes yy', 't2 null true 1', 'c0  true 1']);
  });

  it('puts units together over chunks of any size', () => {
    const pieces = recut([{ direction: 0, bytes: Buffer.from('c3abcs4xxxxc5hello') }], () => 1);
    expect(read(...pieces.map(({ bytes }) => bytes.toString()))).toEqual(['c3 abc true 5', 's4 null true 11', 'c5 hello true 18']);
  });

  it('passes over what is missing of a body', () => {
    expect(read('c5a', 2, 'xxc1bt4p', 3, 's2', 2, 'c1d')).toEqual([
      'c5 null false 3',
      'c1 b true 3',
      'bytes p',
      'missing 3',
      't4 null false 4',
      's2 null false 6',
      'c1 d true 7',
    ]);
  });

  it.each([
    ['at a border', ['c1a', 1, 'c1b'], ['c1 a true 1', 'lost 2']],
    ['inside of a header', ['c', 1, 'ac1b'], ['lost 2']],
    ['over a body and more', ['c5ab', 4, 'c1b'], ['c5 null false 2', 'lost 2']],
  ])('ends where a header is missing: %s', (_, parts, seen) => {
    expect(read(...parts)).toEqual(seen);
  });

  it('tells where it stopped', () => {
    const reader = new UnitReader(2, new Units());
    expect(reader.read(Buffer.from('c1a!0c1b'), 0, 8, { frame: 1, timeNs: 0 })).toBe(5);
    expect(reader.isStopped).toBe(true);
  });
});
