import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scenarios as allScenarios } from '../../scenarios/index.ts';
import { HarnessError } from '../errors.ts';
import { makeScratchDir, sessionName } from '../lab/session.ts';
import type { Path, ProxyHost } from '../model/path.ts';
import type { RunRecord } from '../model/record.ts';
import { isAskedOf, type RunFacts } from '../model/run-facts.ts';
import type { WorldFile } from '../model/world.ts';
import { copyWithEdit, programWithEdit } from '../remedy/edited-copy.ts';
import { judgeTrial, type TrialJudgement } from '../remedy/judge-trial.ts';
import type { PatchedCandidate, PlannedRemedies } from '../remedy/plan-remedies.ts';
import { readRunFolder, RunFolder } from '../run/run-folder.ts';
import { runScenarios } from '../run/run.ts';
import { scenarioFacts } from '../run/scenario.ts';
import type { Resolved } from '../spec/resolve.ts';
import type { LabChoice } from '../spec/spec.ts';
import { findBrowser } from './find-browser.ts';
import { recordOf } from './judge-folder.ts';
import { openLab, type OpenedLab } from './open-lab.ts';
import { packageRoot } from './package-root.ts';
import type { Progress } from './progress.ts';
import { services } from './services.ts';

/** One candidate to try on its path. */
export interface Trial {
  readonly planned: PlannedRemedies;
  readonly candidate: PatchedCandidate;
}

/** What came of a trial; `untried` with the reason where it could not be run. */
export interface TriedTrial extends Trial {
  readonly outcome: TrialJudgement | { readonly status: 'untried'; readonly because: string };
  readonly isRun: boolean;
}

export interface TrialGround {
  /** The run that the findings are from. */
  readonly record: RunRecord;
  readonly facts: RunFacts;
  readonly runFolder: string;
  readonly lab: LabChoice;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** What a cure of a WebSocket breaks most often: other handshakes, and plain HTTP beside them. */
const GUARDS = ['opening-handshake', 'http-beside'];

/** Scenarios that a trial runs, in the order of the registry: those of its findings, and the guards. */
export function scenariosFor({ findings, path }: PlannedRemedies): readonly string[] {
  const wanted = new Set([...findings.map(({ scenario }) => scenario), ...GUARDS]);
  return allScenarios.filter((scenario) => wanted.has(scenario.id) && isAskedOf(scenario, path)).map(({ id }) => id);
}

/**
 * Runs trials of different paths side by side in one lab, with the same scenarios: each path as it was, with one config edited, beside its
 * control path. The trial's own run folder is `<run folder>/<name>`. Throws HarnessErrors of the lab.
 */
export async function runTrials(trials: readonly Trial[], ground: TrialGround, name: string): Promise<readonly TriedTrial[]> {
  const [first] = trials;
  if (first === undefined) return [];
  const scenarioIds = scenariosFor(first.planned);
  const folder = new RunFolder(join(ground.runFolder, name));
  const scratchDir = makeScratchDir();
  try {
    await using opened = await openLab(ground.lab, {
      packageRoot: packageRoot(),
      scratchDir,
      evidenceDir: folder.dir,
      sessionId: sessionName(),
      congestionControl: ground.facts.machine.congestionControl,
      onProgress: (what) => ground.progress.what(what),
    });
    const canRun = trials.filter((trial) => whyNot(trial, opened, ground) === null);
    if (canRun.length > 0) await drive(canRun, { ground, opened, folder, scenarioIds, scratchDir });
    return await Promise.all(trials.map((trial) => outcomeOf(trial, whyNot(trial, opened, ground), { ground, folder, scenarioIds })));
  } finally {
    folder.close();
  }
}

const isProgram = ({ planned: { proxy } }: Trial): boolean => services.find(({ name }) => name === proxy.service)?.program === 'node';

/** Why a trial cannot be run in this lab or at all; null when it can. */
function whyNot(trial: Trial, { lab }: OpenedLab, { facts }: TrialGround): string | null {
  const { world } = wholeProxy(facts, trial.planned.proxy);
  const { config, configLabel } = trial.planned.proxy;
  // A limit that was not divided would not run out while it is watched, and every patch would look like a cure.
  if (facts.run.timeScaleNote !== null) return 'the durations of this run were divided: run it without --time-scale first';
  if (existsSync(config) && readFileSync(config, 'utf8') !== trial.planned.text)
    return `${configLabel} has been changed since the run: run it again first`;
  if (world !== undefined && lab.kind === 'docker')
    return 'a config in a world of its own is tried in a lab of namespaces only: --lab netns';
  return isProgram(trial) && lab.kind === 'docker' ? 'a program is tried in a lab of namespaces only: --lab netns' : null;
}

interface Driving {
  readonly ground: TrialGround;
  readonly opened: OpenedLab;
  readonly folder: RunFolder;
  readonly scenarioIds: readonly string[];
  readonly scratchDir: string;
}

/** A proxy as it was run: a record leaves its world out. */
export const wholeProxy = ({ paths }: RunFacts, proxy: ProxyHost): ProxyHost =>
  paths.flatMap(({ proxies }) => proxies).find(({ name }) => name === proxy.name) ?? proxy;

/** The file of a world that findings point into; null where the user's file is not there as it is. */
export function ownFileOf({ world, config }: ProxyHost): Extract<WorldFile, { readonly kind: 'copy' }> | null {
  return (
    world?.files.find((file): file is Extract<WorldFile, { readonly kind: 'copy' }> => file.kind === 'copy' && file.from === config) ?? null
  );
}

function inWorld(proxy: ProxyHost, edited: string): ProxyHost {
  const own = ownFileOf(proxy);
  if (own === null || proxy.world === undefined) throw new RangeError(`the config of ${proxy.name} is in its world`);
  const file: WorldFile = { kind: 'text', path: own.path, text: edited, mode: own.mode };
  return { ...proxy, world: { ...proxy.world, files: [...proxy.world.files, file] } };
}

/** The path as it was, with one config edited; what was declared of the old config is not expected of the new one. */
function editedPath(trial: Trial, index: number, facts: RunFacts, scratchDir: string): Path {
  const { path, proxy: shown } = trial.planned;
  const proxy = wholeProxy(facts, shown);
  if (proxy.world !== undefined) return { ...path, expect: [], proxies: [inWorld(proxy, trial.candidate.edited)] };
  const copy = isProgram(trial) ? programWithEdit : copyWithEdit;
  const config = copy(proxy.config, trial.candidate.edited, join(scratchDir, `remedy-${index}`));
  return { ...path, expect: [], proxies: path.proxies.map((one) => (one.name === proxy.name ? { ...one, config } : one)) };
}

async function drive(trials: readonly Trial[], { ground, opened, folder, scenarioIds, scratchDir }: Driving): Promise<void> {
  const { facts, runFolder, signal, progress } = ground;
  const edited = trials.map((trial, index) => editedPath(trial, index, facts, scratchDir));
  const controls = facts.paths.filter(({ id }) => edited.some(({ control }) => control === id) && !edited.some((path) => path.id === id));
  const paths = [...controls, ...edited];
  const chosen = allScenarios.filter(({ id }) => scenarioIds.includes(id));
  const startedAt = new Date();
  const write = (interrupted: boolean): void =>
    folder.writeFacts({
      ...facts,
      run: { ...facts.run, startedAt: startedAt.toISOString(), elapsedMs: Date.now() - startedAt.getTime(), interrupted },
      lab: { kind: opened.lab.kind, because: opened.because, versions: opened.lab.versions },
      scenarios: chosen.map(scenarioFacts),
      paths,
    });
  write(true);
  const { options, loads, capture } = settingsOf(runFolder);
  await runScenarios(opened.lab, {
    packageRoot: packageRoot(),
    services: new Map(services.map((service) => [service.name, service])),
    folder,
    congestionControl: facts.machine.congestionControl,
    paths,
    scenarios: chosen.map((scenario) => ({ scenario, options: { ...scenario.defaults, ...options[scenario.id] } })),
    seed: facts.run.seed,
    loads,
    capture,
    isTrial: true,
    browserProgram: opened.lab.kind === 'netns' ? findBrowser(process.env) : null,
    signal,
    onProgress: (scenario, what) => progress.what(`${scenario}: ${what}`),
  });
  if (!signal.aborted) write(false);
}

type Settings = Readonly<Record<string, unknown>>;

interface Saved {
  readonly settings?: Settings;
  readonly scenarioOptions?: unknown;
  readonly loads?: Resolved['loads'];
}

/** Options of the scenarios, the load profiles and the wish for captures as the run had them; what its settings.json does not say has its default. */
function settingsOf(runFolder: string): {
  readonly options: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly loads: Resolved['loads'];
  readonly capture: Parameters<typeof runScenarios>[1]['capture'];
} {
  const file = join(runFolder, 'settings.json');
  const saved = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Saved) : {};
  const options = Object.entries((saved.scenarioOptions ?? {}) as Readonly<Record<string, Settings>>).map(([id, own]) => [
    id,
    Object.fromEntries(Object.entries(own).filter((pair): pair is [string, number] => typeof pair[1] === 'number')),
  ]);
  const size = (name: string, otherwise: number): number => Number(saved.settings?.[name]) || otherwise;
  const { capture } = saved.settings ?? {};
  const wish = capture === 'full' || capture === 'headers' || capture === 'off' ? capture : 'auto';
  return {
    loads: saved.loads ?? {},
    options: Object.fromEntries(options) as Readonly<Record<string, Readonly<Record<string, number>>>>,
    capture: { capture: wish, headerBytes: size('captureHeaderBytes', 128), megabytes: size('captureMegabytes', 64) },
  };
}

async function outcomeOf(
  trial: Trial,
  reason: string | null,
  { ground, folder, scenarioIds }: Pick<Driving, 'ground' | 'folder' | 'scenarioIds'>,
): Promise<TriedTrial> {
  if (reason !== null) return { ...trial, outcome: { status: 'untried', because: reason }, isRun: false };
  if (ground.signal.aborted)
    return { ...trial, outcome: { status: 'untried', because: 'interrupted before it had been run to its end' }, isRun: true };
  const { id } = trial.planned.path;
  const [judged, { evidence }] = await Promise.all([recordOf(folder.dir), readRunFolder(folder.dir)]);
  const here = ({ path }: { readonly path: string }): boolean => path === id;
  const outcome = judgeTrial({
    cured: trial.planned.findings,
    before: ground.record.findings.filter(here),
    after: judged.findings.filter(here),
    absences: evidence.absences.filter(here),
    scenarios: scenarioIds,
  });
  return { ...trial, outcome, isRun: true };
}

/** A lab that broke, in words for the trials that it was to run. */
export const whyBroken = (error: unknown): string =>
  error instanceof HarnessError
    ? `the lab could not run it: ${error.message} (${error.code})`
    : `the lab could not run it: ${String(error)}`;
