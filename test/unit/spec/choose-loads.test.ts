import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadMeantSpec } from '../../../harness/cli/resolve-run.ts';
import { parseSpec } from '../../../harness/spec/parse-spec.ts';
import { type FlagSettings, resolveSettings } from '../../../harness/spec/resolve.ts';
import { errorOf, lines, specFolder, vocabulary as sample } from './sample.ts';

const folder = specFolder();
const vocabulary = { ...sample, scenarios: [...sample.scenarios, { id: 'load', title: 'Load', defaults: {}, isSpecial: true as const }] };
const folders = { spec: folder, package: join(import.meta.dirname, '../../..'), working: folder };
const LOADS = 'loads: { noon: { connections: 5, durationMs: 9, sources: 2 }, night: { connections: 5, durationMs: 9 } }';

const resolve = (flags: FlagSettings, loads = LOADS, settings = '{}') =>
  resolveSettings({
    spec: parseSpec(lines('version: 1', 'paths: [{id: a}]', `settings: ${settings}`, loads), { label: 'edge.yaml', folders, vocabulary }),
    flags,
    environment: {},
    vocabulary,
  });

describe('loads of a run', () => {
  it('are none where the scenario load does not run, and then the client has one address', () => {
    const resolved = resolve({});
    expect(resolved.loads).toEqual({});
    expect(resolved.paths[0]).not.toHaveProperty('clientAddresses');
  });

  it('are all where it does, with the seed of the run', () => {
    const resolved = resolve({ scenarios: ['load'], seed: 9 });
    expect(Object.entries(resolved.loads).map(([name, { seed }]) => [name, seed])).toEqual([
      ['noon', 9],
      ['night', 9],
    ]);
    expect(resolved.paths.map(({ clientAddresses }) => clientAddresses)).toEqual([2]);
  });

  it('are those that --load names, and then no other scenario runs unless it is named', () => {
    const alone = resolve({ loads: ['ni*'] }, LOADS, '{scenarios: [idle-hold, load]}');
    expect([Object.keys(alone.loads), alone.settings.scenarios, alone.sources.scenarios]).toEqual([['night'], ['load'], 'flag']);
    expect(alone.paths[0]).not.toHaveProperty('clientAddresses');
    expect(resolve({ loads: ['noon'], scenarios: ['load', 'idle-hold'] }).settings.scenarios).toEqual(['idle-hold', 'load']);
  });

  it.each<[string, FlagSettings, string, string, string]>([
    [
      'a name that no profile has',
      { loads: ['nigth'] },
      LOADS,
      'SPEC_ERR_NOTHING_SELECTED',
      "expected --load to match at least one of noon, night; got 'nigth'; did you mean 'night'?",
    ],
    [
      '--load and another scenario',
      { loads: ['noon'], scenarios: ['idle-hold'] },
      LOADS,
      'USAGE_ERR_BAD_FLAG',
      'got it with --scenario idle-hold',
    ],
    ['--load without profiles', { loads: ['noon'] }, '', 'SPEC_ERR_LOAD', 'at least one profile under `loads`'],
    ['the scenario without profiles', { scenarios: ['load'] }, '', 'SPEC_ERR_LOAD', 'or run builtin:load'],
    ['a pattern that matches nothing else', { scenarios: ['lo*'] }, '', 'SPEC_ERR_LOAD', 'or run builtin:load'],
  ])('are refused with %s', (_, flags, loads, code, fragment) => {
    const error = errorOf(() => resolve(flags, loads));
    expect(error.code).toBe(code);
    expect(error.message).toContain(fragment);
  });

  it('are not asked for by a pattern that matches more than their scenario', () => {
    expect(resolve({ scenarios: ['*'] }, '').settings.scenarios).toEqual(sample.scenarios.map(({ id }) => id));
    expect(resolve({ scenarios: ['*'] }).settings.scenarios).toContain('load');
  });

  it('are asked for in a file that has none, with the place', () => {
    const error = errorOf(() => resolve({}, '', '{scenarios: [idle-hold, load]}'));
    expect(error).toMatchObject({ code: 'SPEC_ERR_LOAD', place: { file: 'edge.yaml', line: 3, column: 23 } });
  });
});

it('the built-in spec of loads has one of each kind, and one path on which something happens', async () => {
  const { loads, paths, settings } = await loadMeantSpec('builtin:load', folder);
  expect(settings.scenarios).toEqual(['load']);
  expect(Object.keys(loads)).toEqual(['steady', 'steps', 'burst', 'storm', 'slow-readers']);
  expect(paths.filter(({ actions }) => actions !== undefined).map(({ id }) => id)).toEqual(['haproxy-reload']);
});
