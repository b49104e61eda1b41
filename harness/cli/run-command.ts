import { once } from 'node:events';
import { cpus, release } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { scenarios as allScenarios } from '../../scenarios/index.ts';
import { terminalText } from '../../reports/terminal/escape.ts';
import { EXIT, HarnessError } from '../errors.ts';
import type { Lab } from '../lab/lab.ts';
import { makeScratchDir, sessionName } from '../lab/session.ts';
import type { Policy } from '../model/policy.ts';
import { RECORD_SCHEMA_VERSION } from '../model/record.ts';
import type { RunFacts } from '../model/run-facts.ts';
import { RunFolder } from '../run/run-folder.ts';
import { runScenarios } from '../run/run.ts';
import { scenarioFacts } from '../run/scenario.ts';
import type { CaptureWish } from '../run/scenario-captures.ts';
import { scalePaths, type ScaledPaths } from '../run/time-scale.ts';
import type { Frozen } from '../spec/deep-freeze.ts';
import { withClientAddresses } from '../spec/client-ports.ts';
import type { Resolved } from '../spec/resolve.ts';
import { openLab, type OpenedLab } from './open-lab.ts';
import { policyOfScenarios } from './asked-thresholds.ts';
import { findBrowser } from './find-browser.ts';
import { interruption } from './interruption.ts';
import { recordOf } from './judge-folder.ts';
import { BASELINE_COPY, baselineFile, policyOfOwnRun, policyWith } from './judge-with.ts';
import { say, tell } from './output.ts';
import { packageRoot, packageVersion } from './package-root.ts';
import { printOutcome } from './print-outcome.ts';
import { makeProgress, silentProgress, type Progress } from './progress.ts';
import { reapEverything } from './reap.ts';
import { resolveRun, type ResolvedRun } from './resolve-run.ts';
import type { OwnRun } from './own-run.ts';
import type { RunOptions } from './run-options.ts';
import { services } from './services.ts';
import { type StoodChecks, standUpChecks } from './stand-up-checks.ts';
import { factsWithSeen, seenIn } from './subject-facts.ts';
import { REMEDY_LIMIT, tryRemedies } from './try-remedies.ts';
import { writeRunReports } from './write-reports.ts';

/**
 * Runs `hopscope run`: lab up, scenarios, lab down, judgement, reports. Returns the exit code; throws only HarnessErrors. `own`: the scenario of another command, in place of
 * those of the spec, and how its outcome is told.
 */
export async function runCommandLine(options: RunOptions, own: OwnRun | null = null): Promise<number> {
  const asked = await resolveRun(options, process.env, process.cwd());
  if (asked === null) {
    tell(terminalText(`No path has a file that changed since ${options.changedSince ?? ''}: nothing was run.`));
    return EXIT.pass;
  }
  const { checks: _, names: __, labBecause: ___, ...settled } = asked;
  const resolved = own === null ? settled : { ...settled, paths: withClientAddresses(settled.paths, [own]) };
  if (options.remedies === true && resolved.settings.keep)
    throw new HarnessError('USAGE_ERR_BAD_FLAG', 'expected --keep or --remedies, got both: remedies are tried after the lab is down');
  const policy = own === null ? policyFor(resolved, options) : policyOfOwnRun(resolved.policy);
  const baseline = policy.baseline === undefined ? null : baselineFile(policy.baseline.file, policy.baseline.label);
  await reapEverything();
  const startedAt = new Date();
  const id = runId(startedAt);
  const folder = new RunFolder(resolve(resolved.settings.out ?? join('runs', id)));
  const progress = resolved.settings.quiet || options.json ? silentProgress : makeProgress(process.stderr);
  using stop = interruption();
  try {
    const planned = { id, startedAt, resolved: { ...resolved, policy }, folder, progress, signal: stop.signal, own };
    if (baseline !== null) folder.write(BASELINE_COPY, baseline.text);
    await using opened = await openLab(resolved.settings.lab, labSettings(planned)).catch((error: unknown) => {
      throw stop.signal.aborted ? new HarnessError('RUN_ERR_INTERRUPTED', 'interrupted before the lab was up', { cause: error }) : error;
    });
    const run = await withWorlds(planned, asked, opened.lab);
    await driveAndRecord(run, { lab: opened.lab, because: asked.labBecause ?? opened.because });
    progress.end();
    await recordEntries(run);
    // Its addresses and its cores are needed again.
    if (options.remedies === true) await opened[Symbol.asyncDispose]();
    if (options.remedies === true && !stop.signal.aborted) await tryOn(run, opened.lab.kind);
    const judged = await recordOf(folder.dir);
    const isCut = stop.signal.aborted && (judged.run.interrupted || options.remedies === true);
    const record = isCut ? { ...judged, exitCode: EXIT.interrupted } : judged;
    const written = writeRunReports(record, folder.dir, options.formats);
    if (options.isSilent === true) return record.exitCode;
    if (own === null) printOutcome(record, { json: options.json, quiet: resolved.settings.quiet });
    else own.tell(record, { json: options.json, quiet: resolved.settings.quiet });
    if (!options.json && !resolved.settings.quiet)
      say('', ...written.map((path) => terminalText(relative(process.cwd(), path))).filter((path) => path.endsWith('.html')));
    if (resolved.settings.keep && !stop.signal.aborted) await holdLab(opened.lab, stop.signal);
    return record.exitCode;
  } finally {
    progress.end();
    folder.close();
  }
}

/** The run with the worlds of the configs that it checks. */
async function withWorlds(planned: PlannedRun, { checks, names }: Pick<ResolvedRun, 'checks' | 'names'>, lab: Lab): Promise<Run> {
  const { resolved, folder, progress, signal } = planned;
  const { paths } = resolved;
  try {
    const factor = resolved.settings.timeScale;
    const { paths: real, ...checked } = await standUpChecks(checks, { lab, names, progress, signal, runFolder: folder.dir, paths, factor });
    return { ...planned, resolved: { ...resolved, paths: real }, checked };
  } catch (error) {
    throw signal.aborted
      ? new HarnessError('RUN_ERR_INTERRUPTED', 'interrupted before the checked configs stood', { cause: error })
      : error;
  }
}

/** Writes what was seen at the entries of checked configs into the facts of the run. */
async function recordEntries({ folder, checked }: Run): Promise<void> {
  if (checked.stood.length === 0) return;
  const seen = await seenIn(folder.dir);
  folder.writeFacts(factsWithSeen(seen, checked.stood, () => seen));
}

/** The policy as the command line changes it: what its scenarios cannot measure is not asked of them. */
function policyFor({ policy, settings, sources }: Frozen<Resolved>, { judgeWith = {}, json }: RunOptions): Policy {
  const whole = policyWith(policy, judgeWith);
  if (sources.scenarios !== 'flag') return whole;
  const narrowed = policyOfScenarios(whole, settings.scenarios);
  if (narrowed.leftOut.length > 0 && !json && !settings.quiet)
    tell(terminalText(`Not measured by ${settings.scenarios.join(', ')}, so not asked: ${narrowed.leftOut.join('; ')}`));
  return narrowed.policy;
}

/** What goes wrong here is told and does not change what the run found. */
async function tryOn({ folder, progress, signal }: PlannedRun, lab: Lab['kind']): Promise<void> {
  const { error } = await tryRemedies(folder.dir, { finding: null, lab, limit: REMEDY_LIMIT, progress, signal });
  progress.end();
  if (error !== null) tell(terminalText(`remedies: ${error.message} (${error.code})`));
}

interface PlannedRun {
  readonly id: string;
  readonly startedAt: Date;
  readonly resolved: Frozen<Resolved>;
  readonly folder: RunFolder;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly own: OwnRun | null;
}

interface Run extends PlannedRun {
  /** Configs of users, whose worlds stand. */
  readonly checked: Omit<StoodChecks, 'paths'>;
}

/** `20261123-014500-4242`: sorts by time, and two runs of one second differ. */
const runId = (at: Date): string => `${at.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}-${process.pid}`;

const labSettings = ({ resolved, folder, progress }: PlannedRun): Parameters<typeof openLab>[1] => ({
  packageRoot: packageRoot(),
  scratchDir: makeScratchDir(),
  evidenceDir: folder.dir,
  sessionId: sessionName(),
  congestionControl: resolved.settings.congestionControl,
  onProgress: (what) => progress.what(what),
});

const captureWish = ({ settings }: Frozen<Resolved>): CaptureWish => ({
  capture: settings.capture,
  headerBytes: settings.captureHeaderBytes,
  megabytes: settings.captureMegabytes,
});

const servicesByName = new Map(services.map((service) => [service.name, service]));

/** Copies of the configs with divided durations, in the run folder. */
function scaledPaths({ resolved, folder, checked }: Run): ScaledPaths {
  const { timeScale: factor, realTime: isRealTime } = resolved.settings;
  return scalePaths(resolved.paths, servicesByName, { factor, isRealTime }, join(folder.dir, 'scaled'), checked.scaled);
}

/** Drives the scenarios. run.json is there from the start, so that what was gathered can be judged whatever happens. */
async function driveAndRecord(run: Run, { lab, because }: Pick<OpenedLab, 'lab' | 'because'>): Promise<void> {
  const { resolved, folder, progress, signal } = run;
  const chosen = run.own === null ? allScenarios.filter(({ id }) => resolved.settings.scenarios.includes(id)) : [run.own.scenario];
  const scaled = scaledPaths(run);
  const facts = (interrupted: boolean): RunFacts => ({
    schemaVersion: RECORD_SCHEMA_VERSION,
    tool: { name: 'hopscope', version: packageVersion() },
    run: {
      id: run.id,
      startedAt: run.startedAt.toISOString(),
      elapsedMs: Date.now() - run.startedAt.getTime(),
      interrupted,
      seed: resolved.settings.seed,
      specLabel: resolved.specLabel,
      timeScaleNote: scaled.note,
    },
    lab: { kind: lab.kind, because, versions: lab.versions },
    machine: { kernel: release(), cpus: cpus().length, node: process.version, congestionControl: resolved.settings.congestionControl },
    scenarios: chosen.map(scenarioFacts),
    paths: resolved.paths,
    policy: resolved.policy,
    ...(run.checked.stood.length === 0 ? {} : { subjects: run.checked.facts }),
  });
  folder.write('settings.json', `${JSON.stringify(resolved, null, 2)}\n`);
  folder.writeFacts(facts(true));
  let completed = false;
  try {
    let phase = '';
    await runScenarios(lab, {
      packageRoot: packageRoot(),
      services: servicesByName,
      timeScale: scaled.timeScale,
      trees: run.checked.trees,
      folder,
      congestionControl: resolved.settings.congestionControl,
      paths: scaled.paths,
      scenarios: chosen.map((scenario) => ({ scenario, options: { ...scenario.defaults, ...resolved.scenarioOptions[scenario.id] } })),
      seed: resolved.settings.seed,
      loads: resolved.loads,
      capture: captureWish(resolved),
      // Containers of clients have no browser; hosts in namespaces have the machine's.
      browserProgram: lab.kind === 'netns' ? findBrowser(process.env) : null,
      signal,
      onProgress: (scenario, what) => {
        if (scenario !== phase) {
          const index = chosen.findIndex(({ id }) => id === scenario);
          progress.phase(chosen[index]?.title ?? scenario, index, chosen.length, chosen[index + 1]?.title ?? null);
        }
        phase = scenario;
        progress.what(what);
      },
    });
    completed = !signal.aborted;
  } catch (error) {
    // Ctrl-C reaches the programs inside the lab as well, so what breaks after it is its doing.
    if (!signal.aborted || (error instanceof HarnessError && error.code === 'RUN_ERR_CANNOT_WRITE')) throw error;
  }
  folder.writeFacts(facts(!completed));
}

/** Leaves the lab up until Enter or Ctrl-C; without a terminal, until the signal. */
async function holdLab(lab: Lab, signal: AbortSignal): Promise<void> {
  tell('', 'The lab is still up. To look inside:', lab.howToLookInside, '', 'Press Enter or Ctrl-C to take it down.');
  // While it is read, standard input would keep this program from ending.
  using typed = process.stdin.isTTY ? disposableLines() : null;
  await Promise.race([once(signal, 'abort'), ...(typed === null ? [] : [once(typed.lines, 'line')])]);
}

function disposableLines(): Disposable & { readonly lines: Interface } {
  const lines = createInterface({ input: process.stdin });
  return { lines, [Symbol.dispose]: () => lines.close() };
}
