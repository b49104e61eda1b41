import { describe, expect, it } from 'vitest';
import { FieldReader } from '../../../../harness/wire/content/field-reader.ts';

describe('FieldReader', () => {
  it('reads numbers and vectors in order', () => {
    const fields = new FieldReader(Buffer.from('0102030002aabb04', 'hex'));
    expect([fields.number(1), fields.number(2), fields.vector(2).toString('hex'), fields.left, fields.isShort]).toEqual([
      1,
      0x203,
      'aabb',
      1,
      false,
    ]);
  });

  it('gives what there is of a field that is cut, and zeros after it', () => {
    const fields = new FieldReader(Buffer.from('0009aa', 'hex'));
    expect([fields.vector(2).toString('hex'), fields.isShort, fields.number(4), fields.take(3).length]).toEqual(['aa', true, 0, 0]);
  });
});
