import { describe, expect, it } from 'vitest';
import { HarnessError } from '../../../harness/errors.ts';
import { readBaseline } from '../../../harness/gate/read-baseline.ts';
import { seededRandom } from '../../../harness/measure/seeded-random.ts';
import { baselineWith } from './policy-builders.ts';

const GOOD = JSON.stringify(
  baselineWith({
    findings: [{ audit: 'idle-cutoff', scenario: 'idle-hold', host: 'nginx', cases: ['a'], config: { file: 'nginx.conf', text: 'x 2s;' } }],
    measures: { 'idle limit': { value: 2000, unit: 'ms', tolerancePercent: 10 } },
    thresholds: ['idle limit >= 75 s'],
    unmet: [{ audit: 'idle-cutoff', scenario: null }],
  }),
  null,
  2,
);

/** What it throws; null: it can be read. */
function thrownBy(text: string): unknown {
  try {
    readBaseline(text, 'base.json');
    return null;
  } catch (error) {
    return error;
  }
}

const errorOf = (text: string): HarnessError => thrownBy(text) as HarnessError;

describe('readBaseline', () => {
  it('reads what was written', () => {
    expect(readBaseline(GOOD, 'base.json')).toEqual(JSON.parse(GOOD));
    expect(readBaseline(`\uFEFF${GOOD}`, 'base.json')).toEqual(JSON.parse(GOOD));
  });

  it.each([
    ['{\n  "paths": {]\n', 'expected JSON', 2, 13],
    ['{\n  "paths": {', 'the end of the file', 2, 13],
    ['', 'the end of the file', 1, 1],
    ['{\n<<<<<<< HEAD\n', 'a merge that was not finished', 2, 1],
  ])('says at which line and column %j is no JSON', (text, message, line, column) => {
    expect(errorOf(text)).toMatchObject({ code: 'BASELINE_ERR_UNREADABLE', exitCode: 2, place: { file: 'base.json', line, column } });
    expect(errorOf(text).message).toContain(message);
  });

  it.each([
    ['[]', 'a number `baselineVersion`, got a list'],
    ['{"schemaVersion": "1.4.0"}', 'an object without it'],
    ['{"baselineVersion": 2}', 'version 1, got 2, which a newer Hopscope wrote'],
    ['{"baselineVersion": 1}', '`paths` to be an object, got nothing'],
    ['{"baselineVersion": 1, "paths": {"a": 3}}', '`paths.a` to have an object, got the number 3'],
    ['{"baselineVersion": 1, "paths": {"a": {"findings": [{}]}}}', '`findings[0]`'],
    ['{"baselineVersion": 1, "paths": {"a": {"findings": [], "measures": {"x": {"value": "2"}}}}}', 'the measure x'],
  ])('refuses %s', (text, message) => {
    expect(errorOf(text)).toMatchObject({ code: 'BASELINE_ERR_UNREADABLE', place: { file: 'base.json' } });
    expect(errorOf(text).message).toContain(message);
  });

  it('reads or refuses any damaged text', () => {
    const random = seededRandom(5);
    for (let round = 0; round < 1000; round += 1) {
      const at = Math.floor(random() * GOOD.length);
      const text = `${GOOD.slice(0, at)}${['', '{', 'null', '"', '1e999', '\u0000'][Math.floor(random() * 6)] ?? ''}${GOOD.slice(at + Math.floor(random() * 9))}`;
      expect(thrownBy(text) ?? new HarnessError('BASELINE_ERR_UNREADABLE', '')).toBeInstanceOf(HarnessError);
    }
  });
});
