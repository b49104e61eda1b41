import { describe, expect, it } from 'vitest';
import { comparedTries } from '../../../harness/cli/diff-causes.ts';
import { AS_CONFIGURED, durationWords, ENTRIES, isContradicted, judgedAsRead, ReadRunner } from '../../../harness/cli/diff-read.ts';
import { haproxy } from '../../../containers/haproxy/service.ts';
import type { Path } from '../../../harness/model/path.ts';
import type { BehaviouralChange } from '../../../harness/model/search-results.ts';
import type { Subject } from '../../../harness/model/subject.ts';
import type { ConfigTree } from '../../../harness/model/surroundings.ts';
import { causesOf } from '../../../harness/search/blame-hunks.ts';

const MAIN = '/etc/haproxy/haproxy.cfg';
const treeOf = (text: string): ConfigTree => ({
  main: MAIN,
  files: new Map([[MAIN, { path: MAIN, text, label: 'haproxy.cfg' }]]),
  workingFolder: '/',
  env: {},
});
const config = (tunnel: string, binds: string): string => `defaults
    mode http
    timeout connect 5s
    timeout client 50s
    timeout server 50s
    timeout tunnel ${tunnel}
frontend web
    ${binds}
    default_backend app
backend app
    server a app.internal:3000
`;
const before = treeOf(config('1h', 'bind :80\n    bind :8080'));
const after = treeOf(config('75s', 'bind :80'));
const subject: Subject = {
  id: 'haproxy.cfg',
  label: 'haproxy.cfg',
  service: 'haproxy',
  version: null,
  tree: before,
  given: [],
  urls: [],
  provisions: [],
};
const path = { id: 'web', target: '/ws', proxies: [] as const } as unknown as Path;
const URLS = ['ws://hopscope.test/ws', 'ws://hopscope.test:8080/ws'];

const changed = async (): Promise<{ readonly runner: ReadRunner; readonly changes: readonly BehaviouralChange[] }> => {
  const runner = new ReadRunner({ subject, service: haproxy }, [path], URLS);
  const [was, is] = await runner.try([
    { id: 'before', tree: before },
    { id: 'after', tree: after },
  ]);
  if (was === undefined || is === undefined) throw new Error('both are read');
  return { runner, changes: comparedTries(was, is).changes.map(judgedAsRead) };
};

describe('what only the text tells', () => {
  it('is an entry that is gone and an idle limit that is shorter, which are worse', async () => {
    const { changes } = await changed();
    const told = changes.map(({ area, what, before: was, after: is, isWorse, path: on }) => ({ area, what, was, is, isWorse, on }));
    expect(told).toContainEqual(expect.objectContaining({ area: ENTRIES, what: URLS[1], is: 'no entry', isWorse: true, on: null }));
    expect(told).toContainEqual({ area: AS_CONFIGURED, what: 'idle limit', was: '1 h', is: '75 s', isWorse: true, on: 'web' });
  });

  it('has lines that cause it, without a run', async () => {
    const { runner, changes } = await changed();
    const { causes, uncaused, cost } = await causesOf(runner, before, after, changes, { width: 8, limit: Infinity });
    expect(uncaused).toEqual([]);
    expect(cost.runs).toBe(0);
    const places = causes.map(
      ({ changes: own, hunks }) => [own.some(({ area }) => area === ENTRIES), hunks.map((one) => one.before.line)] as const,
    );
    expect(places.toSorted(([a], [b]) => Number(a) - Number(b))).toEqual([
      [false, [6]],
      [true, [9]],
    ]);
  });
});

const change = (was: string, is: string): BehaviouralChange => ({
  id: 'x',
  path: 'web',
  area: AS_CONFIGURED,
  what: 'idle limit',
  before: was,
  after: is,
  isWorse: true,
  shows: () => true,
});

describe('a reading against a measurement', () => {
  it('does not hold where a watch was longer than the limit and no side cut, or no socket opened', () => {
    expect(isContradicted(change('1 h', '30 s'), { was: null, is: null, watchedMs: 60_000 })).toBe(true);
    expect(isContradicted(change('1 h', '30 s'), { was: undefined, is: undefined, watchedMs: 60_000 })).toBe(true);
    expect(isContradicted(change('1 h', '30 min'), { was: null, is: null, watchedMs: 60_000 })).toBe(false);
    expect(isContradicted(change('1 h', '30 s'), { was: null, is: 30_000, watchedMs: 60_000 })).toBe(false);
  });
});

describe('words for a duration', () => {
  it('are exact', () => {
    expect([3_600_000, 75_000, 120_000, 1500, 0].map(durationWords)).toEqual(['1 h', '75 s', '2 min', '1500 ms', '0 ms']);
  });
});
