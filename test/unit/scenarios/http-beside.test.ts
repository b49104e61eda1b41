import { describe, expect, it } from 'vitest';
import type { LivePath, ScenarioContext } from '../../../harness/index.ts';
import type { Impairment } from '../../../harness/model/impairment.ts';
import { httpBeside } from '../../../scenarios/http-beside/scenario.ts';
import { pathWith } from '../audits/path-builders.ts';

type Options = typeof httpBeside.defaults;

/** The deadline of the single requests on a path with these links. */
async function askedFor(...impairments: readonly Impairment[]): Promise<number | undefined> {
  const deadlines: number[] = [];
  const live = {
    path: pathWith(['haproxy'], {
      links: [
        { name: 'wan', impairments },
        { name: 'lan', impairments: [] },
      ],
    }),
    origin: { take: () => Promise.resolve([]) },
    endpoint: (target: string) => ({ target }),
    drive(request: { readonly deadlineMs: number }) {
      deadlines.push(request.deadlineMs);
      return Promise.resolve({ requests: [], load: null });
    },
  } as unknown as LivePath;
  await httpBeside.run({
    paths: [live],
    options: httpBeside.defaults,
    signal: new AbortController().signal,
    progress: () => undefined,
    stimulus: (_: unknown, act: () => Promise<void>) => act(),
    record: () => undefined,
  } as unknown as ScenarioContext<Options>);
  return deadlines[0];
}

describe('requests beside the sockets', () => {
  it('are waited for longer where a SYN and its answer may both be lost', async () => {
    expect(await askedFor()).toBe(3000);
    expect(await askedFor({ kind: 'loss-nth', every: 40, direction: 'both' })).toBeGreaterThan(7000);
  });
});
