import { share, compareProportions, percent, type Proportion } from '../measure/proportion.ts';
import { isControl, type Path } from '../model/path.ts';
import type { LatencyDifference, PathRecord, RunRecord } from '../model/record.ts';
import { makeScratchDir, sessionName } from '../lab/session.ts';
import { readRunFolder, type RunFolder } from '../run/run-folder.ts';
import { planWorld } from '../world/plan-world.ts';
import { withTree } from '../world/with-tree.ts';
import { latencySentence, notCompared } from '../../reports/latency-words.ts';
import type { MeasuredPath } from '../../reports/search/diff-text.ts';
import { lostAgain, togetherOf } from '../../reports/sent-again.ts';
import type { DiffSide, DiffSides } from './diff-sides.ts';
import { driveSubjects } from './drive-subjects.ts';
import { recordFrom } from './judge-folder.ts';
import { openLab } from './open-lab.ts';
import { packageRoot } from './package-root.ts';
import { type Progress, silentProgress } from './progress.ts';
import { surroundingsOf, withWorld } from './stand-up.ts';
import { writeRunReports } from './write-reports.ts';

/** About four seconds of echoes, a thousand on each side: enough for p99, in twelve slots, so that they tell a slow config from a slow moment. */
const LOAD = { rounds: 3, durationMs: 350, messagesPerSecond: 600, connections: 8 };
const POLICY = { allow: [], inconclusive: 'allow' } as const;

/** A comparison of both sides, or why there is none, as a sentence. */
export type MeasuredLatency = MeasuredPath | { readonly because: string };

/** Both sides at one entry in one lab, load slots A B B A: `after` against `before` as its control. The run is written into the folder with its reports. */
export async function measureLatency(
  sides: DiffSides,
  path: Path,
  ground: { readonly folder: RunFolder; readonly seed: number; readonly signal: AbortSignal; readonly progress: Progress },
): Promise<MeasuredLatency> {
  const { folder, seed, signal, progress } = ground;
  const [before, after] = await Promise.all([sideOf('before', sides.before, path), sideOf('after', sides.after, path)]);
  await using opened = await openLab('netns', {
    packageRoot: packageRoot(),
    scratchDir: makeScratchDir(),
    evidenceDir: folder.dir,
    sessionId: sessionName(),
    congestionControl: 'reno',
    onProgress: (what) => progress.what(what),
  });
  const trees = [before, after].map(({ host, tree }) => [host, tree] as const);
  await driveSubjects(opened, {
    folder,
    specLabel: sides.before.stood.subject.label,
    seed,
    scenarios: ['steady-echo'],
    options: { 'steady-echo': LOAD },
    paths: [before.path, after.path],
    trees: new Map(trees),
    subjects: [],
    policy: POLICY,
    isTrial: true,
    capture: 'off',
    progress: { ...silentProgress, what: (what) => progress.what(what) },
    signal,
  });
  const record = recordFrom(await readRunFolder(folder.dir));
  writeRunReports(record, folder.dir);
  return signal.aborted ? { because: 'latency was not compared: it was interrupted' } : measuredIn(record, path.id);
}

async function sideOf(name: 'before' | 'after', { stood, tree, paths }: DiffSide, { id }: Path) {
  const own = paths.find((path) => path.id === id);
  if (own === undefined) throw new RangeError(`path ${id} is one of both sides`);
  const subject = withTree(stood.subject, tree);
  const { world } = await planWorld(subject, surroundingsOf(stood.service, subject), stood.extra, stood.certificates);
  const proxies = own.proxies.map((proxy) => ({ ...proxy, name: `proxy-${name}` }));
  const [path] = withWorld([{ ...own, proxies }], world);
  if (path === undefined) throw new RangeError('one path stays one');
  return { path: { ...path, id: name, title: `${own.title} (${name})`, control: 'before', expect: [] }, host: `proxy-${name}`, tree };
}

/** What a run of `before` and `after` says. Pure. */
export function measuredIn(record: Pick<RunRecord, 'paths'>, path: string): MeasuredLatency {
  const before = record.paths.find((one) => isControl(one.path));
  const after = record.paths.find((one) => !isControl(one.path));
  const load = after?.load ?? null;
  if (before === undefined || after === undefined || load === null) return { because: 'latency was not compared: no load could be driven' };
  if (load.generatorWasBottleneck) return { because: `latency was not compared: ${load.generatorNote}` };
  const absent = notCompared(load);
  if (absent !== null) return { because: latencySentence(load) };
  const differences: readonly LatencyDifference[] = load.differences.filter(({ percentile }) => percentile === 50 || percentile === 99);
  return { path, differences, others: retransmissions(before, after) };
}

function retransmissions(before: PathRecord, after: PathRecord): MeasuredPath['others'] {
  const [was, is] = [sentAgain(before), sentAgain(after)];
  if (was === null || is === null) return [{ words: 'retransmitted segments: not measured', isDifferent: false }];
  const { low, high } = compareProportions(is, was);
  const isDifferent = low > 0 || high < 0;
  const shares = `retransmitted segments ${percent(share(was))} before, ${percent(share(is))} after`;
  const rest = isDifferent
    ? `(${percent(low)} to ${percent(high)})`
    : `no difference seen, the smallest detectable was ${percent((high - low) / 2)}`;
  return [{ words: `${shares}: ${rest}`, isDifferent }];
}

function sentAgain({ tcp }: PathRecord): Proportion | null {
  const all = togetherOf(tcp);
  const hits = lostAgain(all);
  return hits === null || all.outSegs === null || all.retransSegs === null ? null : { hits, total: all.outSegs + all.retransSegs };
}
