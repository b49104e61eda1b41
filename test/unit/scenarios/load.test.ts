import { describe, expect, it } from 'vitest';
import { foldLoad } from '../../../harness/measure/fold-load.ts';
import { steadyProfile } from '../../../harness/measure/steady-profile.ts';
import type { LoadEvidence } from '../../../harness/model/evidence.ts';
import type { LoadProfile } from '../../../harness/model/load.ts';
import type { LivePath, ScenarioContext } from '../../../harness/run/scenario.ts';
import { load } from '../../../scenarios/load/scenario.ts';
import { control, pathWith } from '../audits/path-builders.ts';

const reply = { ...foldLoad([]), startedAtMs: 0, endedAtMs: 100, ended: 'complete', bucketMs: 250, series: [] } as const;
const profile = steadyProfile({ connections: 1, messagesPerSecond: 10, durationMs: 100, payloadBytes: 16, seed: 7 });

/** What a run over the control path and some subjects records. `refusing`: those that answer no upgrade. */
async function slotsOf(loads: Readonly<Record<string, LoadProfile>>, ids: readonly string[], refusing: readonly string[] = []) {
  const recorded: LoadEvidence[] = [];
  const said: string[] = [];
  const paths: LivePath[] = [];
  for (const path of [control(pathWith(['haproxy'])), ...ids.map((id) => pathWith(['haproxy'], { id }))]) {
    const live = {
      path,
      get control() {
        return paths[0];
      },
      load: () => Promise.resolve({ ...reply, upgraded: refusing.includes(path.id) ? 0 : 1 }),
    };
    paths.push(live as unknown as LivePath);
  }
  const context = {
    ...{ options: load.defaults, seed: 1, loads, paths, signal: new AbortController().signal },
    stimulus: (_: unknown, run: () => Promise<void>) => run(),
    record: (_: unknown, one: LoadEvidence) => void recorded.push(one),
    progress: (what: string) => void said.push(what),
  };
  await load.run(context as unknown as ScenarioContext<typeof load.defaults>);
  return { slots: recorded.map(({ path, comparedFor, profile: name, slot }) => `${comparedFor} ${name} ${slot}: ${path}`), said, recorded };
}

describe('load', () => {
  it('runs every profile on every path, compared ones in turns with the control path', async () => {
    const { slots } = await slotsOf({ both: profile, alone: { ...profile, compared: false } }, ['a', 'b']);
    const of = (id: string) => [
      `${id} both 0: ${id}`,
      `${id} both 1: direct`,
      `${id} both 2: direct`,
      `${id} both 3: ${id}`,
      `${id} alone 4: ${id}`,
    ];
    expect(slots).toEqual([...of('a'), ...of('b')]);
  });

  it('gives each slot a seed of its own, and what it was asked for otherwise', async () => {
    const { recorded } = await slotsOf({ both: profile }, ['a']);
    expect(recorded.map(({ requested }) => requested)).toEqual([0, 1, 2, 3].map((slot) => ({ ...profile, seed: 7 + slot })));
  });

  it('asks a path that refuses every upgrade once, and shows that the control path does not', async () => {
    const { slots } = await slotsOf({ one: profile, two: { ...profile, compared: false } }, ['a'], ['a']);
    expect(slots).toEqual(['a one 0: a', 'a one 1: direct', 'a two 4: a']);
  });

  it('takes a control path for a path of its own where there is no other', async () => {
    expect((await slotsOf({ both: profile }, [])).slots).toEqual(['direct both 0: direct']);
  });

  it('records nothing and says so where the spec has no loads', async () => {
    const { slots, said } = await slotsOf({}, ['a']);
    expect([slots, said]).toEqual([[], ['the spec has no `loads:`']]);
  });
});
