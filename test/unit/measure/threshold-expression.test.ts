import { describe, expect, it } from 'vitest';
import { HarnessError } from '../../../harness/errors.ts';
import { seededRandom } from '../../../harness/measure/seeded-random.ts';
import { holdThreshold, parseThreshold, type Measured } from '../../../harness/measure/threshold-expression.ts';
import { suggestion } from '../../../harness/spec/nearest.ts';

/** What it throws; null: it can be read. */
function errorOf(text: string): unknown {
  try {
    parseThreshold(text);
    return null;
  } catch (error) {
    return error;
  }
}

describe('parseThreshold', () => {
  it.each([
    ['p99 added latency <= 5 ms', 'p99 added latency', '<=', 5],
    ['added latency p99.9 < 1s', 'p99.9 added latency', '<', 1000],
    ['p50 added latency ≤ 250 us', 'p50 added latency', '<=', 0.25],
    ['idle limit ≥ 75 s', 'idle limit', '>=', 75_000],
    ['Idle limit >= 2 min', 'idle limit', '>=', 120_000],
    ['longest safe ping interval > 1h', 'safe ping interval', '>', 3_600_000],
    ['survives reload >= 99.5 %', 'reload survival', '>=', 99.5],
    ['retransmitted segments <= 1%', 'resent segments', '<=', 1],
    ['new handshake after reload < 300ms', 'new handshake after reload', '<', 300],
    ['capacity >= 1000 connections', 'capacity', '>=', 1000],
    ['capacity == 12', 'capacity', '==', 12],
  ])('reads %s', (text, measure, operator, value) => {
    expect(parseThreshold(text)).toMatchObject({ measure, operator, value });
  });

  it.each([
    ['p95 added latency <= 5 ms', /at column 1 .*'p95 added latency'; did you mean 'p90 added latency'\?/],
    ['idle limits >= 5 s', /did you mean 'idle limit'\?/],
    ['constructor <= 5 s', /at column 1/],
    ['<= 5 ms', /one of p50 added latency.* got '<='/],
    ['idle limit', /one of <=, <, >=, >, == at column 11 .*its end/],
    ['idle limit 75 s', /at column 12 .*'75'/],
    ['idle limit >= 75', /a duration such as .* at column 15 .*'75'/],
    ['idle limit >= 75 %', /a duration/],
    ['idle limit >= soon', /at column 15 .*'soon'/],
    ['reload survival >= 99', /a share such as 99.5 %/],
    ['reload survival >= 101 %', /at most 100 %/],
    ['capacity >= 1.5', /a whole number/],
    ['idle limit >= 75 s and capacity >= 1', /the end at column 20 .*'and'/],
    ['idle limit >= 75s 3', /the end at column 19/],
    ['idle limit ! 3 s', /column 12/],
    ['', /got its end/],
    ['x'.repeat(201), /at most 200 characters/],
  ])('refuses %s with the column', (text, message) => {
    expect(() => parseThreshold(text, suggestion)).toThrow(message);
    expect(() => parseThreshold(text)).toThrow(expect.objectContaining({ code: 'SPEC_ERR_WRONG_TYPE' }) as Error);
  });

  it('gives a threshold or its own error for any text', () => {
    const random = seededRandom(11);
    const parts = [
      'p99',
      'added',
      'latency',
      'idle limit',
      '<=',
      '≥',
      '5',
      'ms',
      '%',
      '75 s',
      'capacity',
      '(',
      '\u0000',
      'é',
      '.',
      '__proto__',
    ];
    for (let round = 0; round < 2000; round += 1) {
      const text = Array.from({ length: 1 + Math.floor(random() * 6) }, () => parts[Math.floor(random() * parts.length)]).join(' ');
      expect(errorOf(text) ?? new HarnessError('SPEC_ERR_WRONG_TYPE', '')).toBeInstanceOf(HarnessError);
    }
  });
});

describe('holdThreshold', () => {
  const verdict = (text: string, measured: Measured | null): string => holdThreshold(parseThreshold(text), measured);

  it.each([
    ['idle limit >= 75 s', 75_000, 'pass'],
    ['idle limit > 75 s', 75_000, 'fail'],
    ['idle limit <= 75 s', 75_001, 'fail'],
    ['idle limit < 75 s', 74_999, 'pass'],
    ['idle limit == 75 s', 75_000, 'pass'],
  ])('%s of %d is a %s', (text, value, expected) => {
    expect(verdict(text, { value })).toBe(expected);
  });

  it('never passes what was not measured', () => {
    for (const operator of ['<', '<=', '>', '>=', '==']) expect(verdict(`idle limit ${operator} 1 s`, null)).toBe('inconclusive');
  });

  it.each([
    ['idle limit >= 75 s', 80_000, 'pass'],
    ['idle limit >= 75 s', 4000, 'inconclusive'],
    ['idle limit <= 75 s', 80_000, 'fail'],
    ['idle limit <= 75 s', 4000, 'inconclusive'],
    ['idle limit < 75 s', 75_000, 'fail'],
    ['idle limit == 75 s', 75_000, 'inconclusive'],
    ['idle limit == 75 s', 75_001, 'fail'],
  ])('%s of at least %d is %s', (text, value, expected) => {
    expect(verdict(text, { value, atLeast: true })).toBe(expected);
  });
});
