import { describe, expect, it } from 'vitest';
import { diffFingerprints } from '../../../harness/compare/fingerprint-diff.ts';
import type { Fingerprint } from '../../../harness/model/fingerprint.ts';

const before: Fingerprint = {
  fingerprint: '1.0.0',
  path: 'haproxy',
  subjects: [{ service: 'haproxy', version: '2.6.12' }],
  headers: { request: ['added X-Forwarded-For'], response: [] },
  behaviours: { tunnel: { ping: '101', 'half-close': 'origin sees fin' } },
  limitsMs: { idle: 2000, ping: null },
  measures: { 'tunnel bufferedBytes': 100_000 },
};
const after = (more: Partial<Fingerprint>): Fingerprint => ({ ...before, subjects: [{ service: 'haproxy', version: '3.0.11' }], ...more });

describe('diffFingerprints', () => {
  it('finds nothing between two versions that behave alike', () => {
    expect(diffFingerprints(before, after({}))).toEqual({
      before: 'haproxy 2.6.12',
      after: 'haproxy 3.0.11',
      differences: [],
      compared: 6,
      incomparable: [],
    });
  });

  it.each<[string, Partial<Fingerprint>, object]>([
    [
      'a case',
      { behaviours: { tunnel: { ping: '101', 'half-close': 'origin sees reset' } } },
      { area: 'tunnel', what: 'half-close', before: 'origin sees fin', after: 'origin sees reset' },
    ],
    ['a limit', { limitsMs: { idle: 4000, ping: null } }, { area: 'limits', what: 'idle', before: '2000', after: '4000' }],
    [
      'a limit that is new',
      { limitsMs: { idle: 2000, ping: 900 } },
      { area: 'limits', what: 'ping', before: 'none in the watch', after: '900' },
    ],
    [
      'a header',
      { headers: { request: [], response: [] } },
      { area: 'headers', what: 'request header', before: 'added X-Forwarded-For', after: null },
    ],
    [
      'a measure',
      { measures: { 'tunnel bufferedBytes': 900_000 } },
      { area: 'measures', what: 'tunnel bufferedBytes', before: '100000', after: '900000' },
    ],
  ])('names %s that changed', (_, more, difference) => {
    expect(diffFingerprints(before, after(more)).differences).toEqual([difference]);
  });

  it('takes measured limits within a quarter for the same', () => {
    expect(diffFingerprints(before, after({ limitsMs: { idle: 2300, ping: null } })).differences).toEqual([]);
  });

  it('says nothing about what only one of them has, and lists it', () => {
    const diff = diffFingerprints(before, after({ behaviours: { tunnel: { ping: '101' } } }));
    expect(diff).toMatchObject({ differences: [], incomparable: ['tunnel half-close'] });
  });
});
