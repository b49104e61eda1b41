import { describe, expect, it } from 'vitest';
import { steadyProfile } from '../../../harness/measure/steady-profile.ts';
import type { LoadProfile } from '../../../harness/model/load.ts';
import { LOAD_KEYS } from '../../../harness/spec/read-load.ts';
import { SpecError } from '../../../harness/spec/problem.ts';
import { errorOf, lines, parserIn, specFolder } from './sample.ts';

const parse = parserIn(specFolder());

/** The profile `x` with these keys, which begin in column 15 of line 3. */
const spec = (keys: string, more = ''): string => lines('version: 1', `paths: [{id: a}]${more}`, `loads: { x: { ${keys} } }`);
const read = (keys: string): LoadProfile => parse(spec(keys)).loads['x'] as LoadProfile;
const SHORT = 'connections: 10, messages: 100, durationMs: 2000';

describe('a load profile', () => {
  it('is by default the plainest load', () => {
    const plain = { connections: 10, messagesPerSecond: 100, durationMs: 2000, payloadBytes: 64, seed: 1 };
    expect(read(SHORT)).toEqual(steadyProfile(plain));
  });

  it('has the seed of the settings', () => {
    expect(parse(spec(SHORT, '\nsettings: {seed: 7}')).loads['x']?.seed).toBe(7);
  });

  it.each<[string, string, Partial<LoadProfile>]>([
    ['a burst once', 'connections: [{burst: 7}], durationMs: 9', { connections: [{ kind: 'burst', count: 7, everyMs: 1, forMs: 1 }] }],
    [
      'bursts again and again, a steady rate and a ramp',
      'connections: [{burst: 5, everyMs: 100, forMs: 300}, {perSecond: 2.5, forMs: 40}, {fromPerSecond: 0, toPerSecond: 9, forMs: 50}], durationMs: 9',
      {
        connections: [
          { kind: 'burst', count: 5, everyMs: 100, forMs: 300 },
          { kind: 'rate', fromPerSecond: 2.5, toPerSecond: 2.5, forMs: 40 },
          { kind: 'rate', fromPerSecond: 0, toPerSecond: 9, forMs: 50 },
        ],
        messages: [],
      },
    ],
    ['the end of its messages', 'connections: 1, messages: [{perSecond: 9, forMs: 200}, {perSecond: 5, forMs: 300}]', { durationMs: 500 }],
    [
      'the end of both schedules that begin together',
      'connections: [{perSecond: 5, forMs: 700}], messages: [{perSecond: 9, forMs: 200}], messagesBegin: together',
      { durationMs: 700, messagesBegin: 'together' },
    ],
    [
      'a closed loop',
      'connections: 1, durationMs: 9, loop: closed, depth: 4, thinkMs: 50',
      { loop: 'closed', depth: 4, thinkMs: 50, messages: [] },
    ],
    ['sizes from and to', `${SHORT}, payloadBytes: {from: 64, to: 1024}`, { size: { kind: 'uniform', fromBytes: 64, toBytes: 1024 } }],
    [
      'sizes by weight',
      `${SHORT}, payloadBytes: [{bytes: 64, weight: 9}, {bytes: 65536, weight: 0.5}]`,
      {
        size: {
          kind: 'weighted',
          of: [
            { bytes: 64, weight: 9 },
            { bytes: 65_536, weight: 0.5 },
          ],
        },
      },
    ],
    [
      'reconnects with what they have without a word',
      `${SHORT}, reconnect: {}`,
      { reconnect: { firstMs: 100, factor: 2, mostMs: 10_000, jitter: 1, attempts: 10 } },
    ],
    [
      'a first wait beyond the usual longest',
      `${SHORT}, reconnect: {firstMs: 20000}`,
      { reconnect: { firstMs: 20_000, factor: 2, mostMs: 20_000, jitter: 1, attempts: 10 } },
    ],
    ['slow readers', `${SHORT}, slowReaders: {}`, { slowReaders: { share: 0.1, everyMs: 2000, pauseMs: 1000 } }],
    [
      'everything else',
      `${SHORT}, lifeMs: 30, payload: binary, fragments: 3, pingEveryMs: 60000, deflate: true, sources: 2, drivers: 3, compared: false`,
      { lifeMs: 30, payload: 'binary', fragments: 3, pingEveryMs: 60_000, deflate: true, sources: 2, drivers: 3, compared: false },
    ],
  ])('can have %s', (_, keys, expected) => {
    expect(read(keys)).toMatchObject(expected);
  });
});

describe('a spec with loads', () => {
  it('is none without them', () => {
    expect(parse(lines('version: 1', 'paths: [{id: a}]')).loads).toEqual({});
  });

  it.each([
    ['no connections', 'durationMs: 9', 'SPEC_ERR_WRONG_TYPE', 13, "the key 'connections'"],
    ['no end', 'connections: 1', 'SPEC_ERR_WRONG_TYPE', 13, "the key 'durationMs'"],
    ['an empty list for an end', 'connections: 1, messages: []', 'SPEC_ERR_WRONG_TYPE', 41, "the key 'durationMs'"],
    ['a rate for nobody knows how long', 'connections: 1, messages: 100', 'SPEC_ERR_WRONG_TYPE', 41, "the key 'durationMs'"],
    ['a duration of 0', 'connections: 1, durationMs: 0', 'SPEC_ERR_WRONG_TYPE', 43, 'from 1 to 86400000, got the number 0'],
    ['a stage of 0 ms', 'connections: [{perSecond: 5, forMs: 0}]', 'SPEC_ERR_WRONG_TYPE', 51, 'from 1 to 86400000, got the number 0'],
    ['pings every 0 ms', `${SHORT}, pingEveryMs: 0`, 'SPEC_ERR_WRONG_TYPE', 78, 'got the number 0'],
    ['a unit in a duration', 'connections: 1, durationMs: 2s', 'SPEC_ERR_WRONG_TYPE', 43, "got the text '2s'"],
    ['an unknown key', `${SHORT}, bytes: 3`, 'SPEC_ERR_UNKNOWN_KEY', 65, "got 'bytes'"],
    ['a stage of two kinds', 'connections: [{burst: 5, perSecond: 5}]', 'SPEC_ERR_UNKNOWN_KEY', 40, 'burst, everyMs, forMs'],
    ['a stage of no kind', 'connections: [{forMs: 5}]', 'SPEC_ERR_WRONG_TYPE', 29, "the key 'perSecond'"],
    ['an empty stage', 'connections: [{}]', 'SPEC_ERR_WRONG_TYPE', 29, 'a stage such as'],
    ['half a ramp', 'connections: [{fromPerSecond: 5, forMs: 5}]', 'SPEC_ERR_WRONG_TYPE', 29, "the key 'toPerSecond'"],
    ['a burst again and again without an end', 'connections: [{burst: 5, everyMs: 5}]', 'SPEC_ERR_WRONG_TYPE', 29, "the key 'forMs'"],
    ['another loop', `${SHORT}, loop: opne`, 'SPEC_ERR_UNKNOWN_NAME', 71, "did you mean 'open'?"],
    ['101 sources', `${SHORT}, sources: 101`, 'SPEC_ERR_WRONG_TYPE', 74, 'from 1 to 100'],
    ['33 drivers', `${SHORT}, drivers: 33`, 'SPEC_ERR_WRONG_TYPE', 74, 'from 1 to 32'],
    ['waits that shrink', `${SHORT}, reconnect: {factor: 0.5}`, 'SPEC_ERR_WRONG_TYPE', 85, 'from 1 to 100'],
    [
      'waits beyond the longest',
      `${SHORT}, reconnect: {firstMs: 500, mostMs: 100}`,
      'SPEC_ERR_LOAD',
      99,
      'at least the first wait, 500 ms, got 100',
    ],
    ['no weight', `${SHORT}, payloadBytes: [{bytes: 5}]`, 'SPEC_ERR_WRONG_TYPE', 80, "the key 'weight'"],
    ['no size at all', `${SHORT}, payloadBytes: []`, 'SPEC_ERR_WRONG_TYPE', 79, 'at least one size'],
    [
      'a largest size below the smallest',
      `${SHORT}, payloadBytes: {from: 9, to: 5}`,
      'SPEC_ERR_LOAD',
      93,
      'at least loads.x.payloadBytes.from, 9 bytes, got 5',
    ],
    [
      'clients that never read',
      `${SHORT}, slowReaders: {everyMs: 500, pauseMs: 500}`,
      'SPEC_ERR_LOAD',
      102,
      '500 ms of pause in every 500 ms',
    ],
    ['messages in a closed loop', `${SHORT}, loop: closed`, 'SPEC_ERR_LOAD', 32, 'each connection sends when an echo came'],
    ['a depth in an open loop', `${SHORT}, depth: 4`, 'SPEC_ERR_LOAD', 65, "without 'depth', got it with loop: open"],
    ['a think time in an open loop', `${SHORT}, thinkMs: 4`, 'SPEC_ERR_LOAD', 65, "without 'thinkMs', got it with loop: open"],
  ])('is refused with %s', (_, keys, code, column, fragment) => {
    const { problems } = errorOf(() => read(keys));
    const problem = problems.find(({ message }) => message.includes(fragment));
    expect(problem ?? problems).toMatchObject({ code, place: { file: 'edge.yaml', line: 3, column } });
  });

  it('has names that are fit for files', () => {
    const error = errorOf(() => parse(lines('version: 1', 'paths: [{id: a}]', `loads: {Morning_1: {${SHORT}}}`)));
    expect(error).toMatchObject({ code: 'SPEC_ERR_WRONG_TYPE', place: { line: 3, column: 9 } });
  });

  it('says when a profile is empty', () => {
    const error = errorOf(() => parse(lines('version: 1', 'paths: [{id: a}]', 'loads:', '  x:')));
    expect(error).toMatchObject({ message: 'expected loads.x to be a map, got nothing', place: { line: 4, column: 3 } });
  });
});

it('whatever stands under a key of a profile is taken, or refused with its place', () => {
  const values = [
    '',
    '~',
    '-1',
    '0',
    '0.5',
    '1e300',
    '.nan',
    '.inf',
    'true',
    'text',
    '[]',
    '[~]',
    '[[1]]',
    '[{}]',
    '[{burst: {}}]',
    '[{perSecond: .inf, forMs: 1}]',
    '{}',
    '{from: 1}',
    '{a: {b: c}}',
    '2001-01-01',
  ];
  const placesOf = (text: string): readonly unknown[] => {
    try {
      read(text);
      return [];
    } catch (error) {
      return error instanceof SpecError ? error.problems.map(({ place }) => place.line) : [error];
    }
  };
  const lineNumbers = LOAD_KEYS.flatMap((key) => values.flatMap((value) => placesOf(`${key}: ${value}`)));
  expect(new Set(lineNumbers)).toEqual(new Set([3]));
});
