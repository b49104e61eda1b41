import { describe, expect, it } from 'vitest';
import { errorOf, lines, parserIn, specFolder } from './sample.ts';

const folder = specFolder();
const parse = parserIn(folder);
const PATH = 'paths: [{id: edge-a, proxies: [{service: haproxy, config: edge.cfg}]}]';
const policyOf = (...text: readonly string[]) => parse(lines('version: 1', PATH, 'policy:', ...text)).policy;

describe('the policy of a spec', () => {
  it('has levels, thresholds, quarantines, warnings and a baseline', () => {
    const policy = policyOf(
      '  levels:',
      "    - {audit: 'idle-*', path: 'edge-*', scenario: idle-hold, level: warn, because: a known limit}",
      '    - {audit: idle-cutoff, level: error}',
      '  thresholds:',
      "    - {path: 'edge-*', expect: 'idle limit >= 75 s', because: browsers ping each minute}",
      "    - {expect: 'p99 added latency ≤ 5 ms'}",
      '  quarantine:',
      '    - {audit: added-latency, until: 2027-01-31, because: ticket 7}',
      '  maxWarnings: 3',
      '  baseline: .hopscope-baseline.json',
    );
    expect(policy).toEqual({
      allow: [],
      inconclusive: 'refuse',
      levels: [
        { audit: 'idle-*', path: 'edge-*', scenario: 'idle-hold', level: 'warn', because: 'a known limit' },
        { audit: 'idle-cutoff', path: '*', scenario: null, level: 'error', because: '' },
      ],
      thresholds: [
        { path: 'edge-*', expect: 'idle limit >= 75 s', because: 'browsers ping each minute' },
        { path: '*', expect: 'p99 added latency ≤ 5 ms', because: null },
      ],
      quarantine: [{ audit: 'added-latency', path: '*', scenario: null, until: '2027-01-31', because: 'ticket 7' }],
      maxWarnings: 3,
      baseline: { file: `${folder}/.hopscope-baseline.json`, label: '.hopscope-baseline.json' },
    });
  });

  it.each([
    ['an unknown level', 'levels: [{audit: idle-cutoff, level: warm, because: x}]', 'UNKNOWN_NAME', 40, "did you mean 'warn'?"],
    ['a level without a reason', 'levels: [{audit: idle-cutoff, level: warn}]', 'WRONG_TYPE', 12, "the key 'because'"],
    ['a level without a level', 'levels: [{audit: idle-cutoff}]', 'WRONG_TYPE', 12, "the key 'level'"],
    ['an audit that no pattern meets', 'levels: [{audit: idle-cutof, level: error}]', 'UNKNOWN_NAME', 20, "did you mean 'idle-cutoff'?"],
    ['a level of no path', "levels: [{audit: '*', path: edge-b, level: error}]", 'UNKNOWN_NAME', 31, "did you mean 'edge-a'?"],
    ['an unknown key of a level', 'levels: [{audits: x, level: error}]', 'UNKNOWN_KEY', 13, "did you mean 'audit'?"],
    ['a threshold of no path', "thresholds: [{path: 'b*', expect: capacity >= 1}]", 'UNKNOWN_NAME', 23, "got 'b*'"],
    [
      'a threshold of a control path',
      'thresholds: [{path: edge-a.control, expect: capacity >= 1}]',
      'UNKNOWN_NAME',
      23,
      'not a control path',
    ],
    ['an unknown measure', 'thresholds: [{expect: idle limt >= 1 s}]', 'WRONG_TYPE', 25, "did you mean 'idle limit'?"],
    ['a measure without its unit', 'thresholds: [{expect: idle limit >= 75}]', 'WRONG_TYPE', 25, 'a duration such as 5 ms'],
    ['a threshold without what is expected', "thresholds: [{path: '*'}]", 'WRONG_TYPE', 16, "the key 'expect'"],
    ['a day that is none', "quarantine: [{audit: '*', until: 2027-02-30, because: x}]", 'WRONG_TYPE', 36, 'a day such as 2027-01-31'],
    ['a quarantine without an end', "quarantine: [{audit: '*', because: x}]", 'WRONG_TYPE', 16, "the key 'until'"],
    ['fewer warnings than none', 'maxWarnings: -1', 'WRONG_TYPE', 16, 'a whole number from 0'],
    ['a baseline that is no file name', 'baseline: [a]', 'WRONG_TYPE', 13, 'to be text'],
  ])('refuses %s with line and column', (_, text, code, column, fragment) => {
    const error = errorOf(() => policyOf(`  ${text}`));
    const problem = error.problems.find((one) => one.message.includes(fragment));
    expect(problem ?? error.problems).toMatchObject({ code: `SPEC_ERR_${code}`, place: { file: 'edge.yaml', line: 4, column } });
  });
});
