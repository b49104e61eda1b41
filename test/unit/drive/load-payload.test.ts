import { describe, expect, it } from 'vitest';
import { LoadPayload } from '../../../harness/drive/load-payload.ts';

describe('LoadPayload', () => {
  const payload = new LoadPayload(64, 1);

  it('makes texts of the asked size that carry their number', () => {
    expect(payload.textFor(0).length).toBe(64);
    expect(payload.textFor(123_456).toString()).toMatch(/^123456:[\w-]{57}$/);
    expect(new LoadPayload(1, 1).textFor(42).toString()).toBe('42:');
  });

  it('knows its own texts', () => {
    for (const sequence of [0, 9, 10, 4097, 999_999]) expect(payload.sequenceOf(payload.textFor(sequence))).toBe(sequence);
  });

  it.each(['', ':', 'x:y', '5', '-1:abc', '99999999999999999999:', '1e3:'])('does not know %j', (text) => {
    expect(payload.sequenceOf(Buffer.from(text))).toBeNull();
  });

  it('does not know a text with one letter changed, nor one of another seed', () => {
    const text = payload.textFor(7);
    text[40] = (text[40] ?? 0) ^ 1;
    expect(payload.sequenceOf(text)).toBeNull();
    expect(payload.sequenceOf(new LoadPayload(64, 2).textFor(7))).toBeNull();
  });
});
