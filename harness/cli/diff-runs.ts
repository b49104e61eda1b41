import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { behavioursOf } from '../compare/behaviour.ts';
import { fingerprintOf } from '../compare/fingerprint.ts';
import { HarnessError } from '../errors.ts';
import type { TriedCandidate } from '../model/candidate.ts';
import type { Fingerprint } from '../model/fingerprint.ts';
import { isControl } from '../model/path.ts';
import { readRunFolder } from '../run/run-folder.ts';
import type { BehaviouralChange } from '../model/search-results.ts';
import type { DiffReport } from '../../reports/search/diff-text.ts';
import { comparedTries } from './diff-causes.ts';
import { recordFrom } from './judge-folder.ts';

export const isRunFolder = (path: string): boolean => existsSync(join(path, 'run.json'));

/** A saved run as if it had been tried just now, with what was measured at divided durations. */
interface SavedRun {
  readonly tried: TriedCandidate;
  readonly paths: readonly string[];
  readonly titles: ReadonlyMap<string, string>;
  /** By path and kind of quiet: for how long a connection was watched, in milliseconds of production. */
  readonly watchedMs: ReadonlyMap<string, number>;
}

/** Compares what two runs saved: nothing is run, and no line can be named. Throws what readRunFolder throws, and SPEC_ERR_NOTHING_SELECTED. */
export async function diffRuns(before: string, after: string): Promise<DiffReport> {
  const startedAt = performance.now();
  const [was, is] = [await savedRun(before), await savedRun(after)];
  const shared = was.paths.filter((id) => is.paths.includes(id));
  if (shared.length === 0)
    throw new HarnessError(
      'SPEC_ERR_NOTHING_SELECTED',
      `expected two runs with a path of the same id, got ${was.paths.slice(0, 8).join(', ') || 'none'} in ${before} and ${is.paths.slice(0, 8).join(', ') || 'none'} in ${after}`,
    );
  const only = (one: TriedCandidate): TriedCandidate => ({
    ...one,
    findings: one.findings.filter(({ path }) => shared.includes(path)),
    fingerprints: new Map([...one.fingerprints].filter(([id]) => shared.includes(id))),
  });
  const { changes: all, same, compared } = comparedTries(only(was.tried), only(is.tried));
  const changes = all.filter((change) => !isBeyondWatch(change, was, is));
  const alone = (ids: readonly string[], where: string): readonly string[] =>
    ids.filter((id) => !shared.includes(id)).map((id) => `${id} is only in ${where}`);
  return {
    before,
    after,
    causes: [],
    uncaused: changes.map((change) => ({ change, because: 'both are saved runs; compare their configs to find it' })),
    latency: [],
    same: [
      ...shared
        .filter((id) => changes.every(({ path }) => path !== id))
        .map((id) => `${was.titles.get(id) ?? id} (${id}): all ${String(compared.get(id) ?? 0)} things that were compared`),
      ...same
        .filter(({ expected }) => !expected)
        .map(({ auditId, scenario, path, summary }) => `both fail ${auditId} in ${scenario} (${path}): ${summary}`),
    ],
    notes: [
      ...alone(was.paths, before),
      ...alone(is.paths, after),
      'latency was not compared: two runs at two times say nothing about a small difference',
    ],
    cost: { runs: 0, checks: 0, cached: 0 },
    elapsedMs: performance.now() - startedAt,
  };
}

/** A limit that one run measured and the other did not watch for long enough. */
function isBeyondWatch({ area, path, what }: BehaviouralChange, was: SavedRun, is: SavedRun): boolean {
  if (area !== 'limits' || path === null) return false;
  const [a, b] = [was, is].map(({ tried, watchedMs }) => ({
    limitMs: tried.fingerprints.get(path)?.limitsMs[what] ?? null,
    watchedMs: watchedMs.get(`${path} ${what}`) ?? Infinity,
  }));
  if (a === undefined || b === undefined) return false;
  return (
    (a.limitMs === null && b.limitMs !== null && a.watchedMs < b.limitMs) ||
    (b.limitMs === null && a.limitMs !== null && b.watchedMs < a.limitMs)
  );
}

async function savedRun(folder: string): Promise<SavedRun> {
  const parts = [await savedPart(folder)];
  // A check keeps what it measured at divided durations by subject.
  const limits = join(folder, 'limits');
  const names = existsSync(limits) ? readdirSync(limits).toSorted() : [];
  for (const name of names) if (isRunFolder(join(limits, name))) parts.push(await savedPart(join(limits, name)));
  const prints = new Map<string, Fingerprint>();
  for (const [id, print] of parts.flatMap(({ tried }) => [...tried.fingerprints])) prints.set(id, joined(prints.get(id), print));
  const [first] = parts;
  if (first === undefined) throw new RangeError('a run has a part');
  const watchedMs = new Map(parts.flatMap((part) => [...part.watchedMs]));
  return { ...first, watchedMs, tried: { ...first.tried, findings: parts.flatMap(({ tried }) => tried.findings), fingerprints: prints } };
}

async function savedPart(folder: string): Promise<SavedRun> {
  const saved = await readRunFolder(folder);
  const { findings, verdict } = recordFrom(saved);
  const behaviours = behavioursOf(saved.evidence);
  const subjects = saved.facts.paths.filter((path) => !isControl(path));
  const prints = subjects.map((path) => [path.id, fingerprintOf({ ...saved.evidence, path, behaviours, findings })] as const);
  const ids = subjects.map(({ id }) => id);
  const own = findings.filter(({ path }) => ids.includes(path));
  return {
    tried: { id: folder, status: 'tried', because: '', findings: own, fingerprints: new Map(prints), verdict },
    paths: ids,
    watchedMs: new Map(saved.evidence.ladders.map(({ path, mode, watchedMs, timeScale }) => [`${path} ${mode}`, watchedMs * timeScale])),
    titles: new Map(subjects.map(({ id, title }) => [id, title])),
  };
}

const joined = (a: Fingerprint | undefined, b: Fingerprint): Fingerprint =>
  a === undefined
    ? b
    : {
        ...a,
        behaviours: { ...a.behaviours, ...b.behaviours },
        limitsMs: { ...a.limitsMs, ...b.limitsMs },
        measures: { ...a.measures, ...b.measures },
      };
