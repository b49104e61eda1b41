import { join, relative, resolve } from 'node:path';
import { terminalText } from '../../reports/terminal/escape.ts';
import { checkReport } from '../../reports/check/check-report.ts';
import { EXIT } from '../errors.ts';
import { makeScratchDir, sessionName } from '../lab/session.ts';
import { isControl } from '../model/path.ts';
import type { RunRecord } from '../model/record.ts';
import { makeFolder, RunFolder } from '../run/run-folder.ts';
import { RunNames } from '../world/subject-paths.ts';
import type { CheckOptions } from './check-options.ts';
import { driveSubjects, servicesByName } from './drive-subjects.ts';
import type { SeenRun } from './entry-seen.ts';
import { interruption } from './interruption.ts';
import { openLab, type OpenedLab } from './open-lab.ts';
import { say } from './output.ts';
import { packageRoot } from './package-root.ts';
import { printOutcome } from './print-outcome.ts';
import { printUntrusted } from './print-untrusted.ts';
import { makeProgress, silentProgress, type Progress } from './progress.ts';
import { readSubjects } from './read-subjects.ts';
import { reapEverything } from './reap.ts';
import { scaleSubject, type ScaledSubject } from './scale-subject.ts';
import { standUp, type StoodSubject } from './stand-up.ts';
import { flagsOf } from './subject-flags.ts';
import { factsOf, factsWithSeen, pathsOf, seenIn, treesOf } from './subject-facts.ts';
import { writeReports, writeRunReports } from './write-reports.ts';

/** What is asked of an entry as it is, and of a copy whose durations are divided. */
const SCENARIOS = ['opening-handshake', 'tunnel', 'entry'];
const SCALED_SCENARIOS = ['lifetime', 'reload'];
/** Topologies of tries come after those of the run, which begin at the lab's first. */
const FIRST_TRY_OCTET = 160;

/** `hopscope check`: a world around each config, its entries driven in it, and what was seen. Returns the exit code; throws only HarnessErrors. */
export async function checkCommandLine(options: CheckOptions): Promise<number> {
  await reapEverything();
  const subjects = await readSubjects(options, process.cwd());
  const folder = resolve(
    options.out ?? join('runs', `check-${new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}-${process.pid}`),
  );
  const progress = options.quiet || options.json ? silentProgress : makeProgress(process.stderr);
  using stop = interruption();
  const main = new RunFolder(folder);
  try {
    await using opened = await openLab('netns', {
      packageRoot: packageRoot(),
      scratchDir: makeScratchDir(),
      evidenceDir: folder,
      sessionId: sessionName(),
      congestionControl: 'reno',
      onProgress: (what) => progress.what(what),
    });
    const logs = join(folder, 'hosts', 'tries');
    makeFolder(logs);
    const octets = Array.from({ length: 90 }, (_, index) => FIRST_TRY_OCTET + index).values();
    progress.phase('Standing the world up', 0, 3, 'the entries as they are');
    const names = new RunNames();
    const stood: StoodSubject[] = [];
    for (const subject of subjects) {
      const service = servicesByName.get(subject.service);
      if (service === undefined) throw new RangeError(`subject ${subject.id} has a known service`);
      stood.push(
        await standUp(subject, service, {
          lab: opened.lab,
          logs,
          octets,
          names,
          signal: stop.signal,
          onProgress: (what) => progress.what(what),
        }),
      );
    }
    const check: Check = { options, opened, stood, progress, signal: stop.signal, folder: main };
    const asWritten = await driveAsWritten(check);
    const scaled = stop.signal.aborted || options.skipLimits ? null : await driveScaled(check);
    progress.end();
    const record = await finish(check, asWritten, scaled);
    const written = writeRunReports(record, folder, options.formats);
    tell(record, options, written);
    return stop.signal.aborted ? EXIT.interrupted : record.exitCode;
  } finally {
    progress.end();
    main.close();
  }
}

interface Check {
  readonly options: CheckOptions;
  readonly opened: OpenedLab;
  readonly stood: readonly StoodSubject[];
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly folder: RunFolder;
}

/** What a front page answers is told, and fails no check of WebSockets. */
const COMMON = {
  policy: {
    allow: [],
    inconclusive: 'refuse',
    levels: [{ audit: 'failed-plain-http', path: '*', scenario: 'entry', level: 'warn', because: 'a check is about WebSockets' }],
  },
} as const;

async function driveAsWritten({ options, opened, stood, progress, signal, folder }: Check): Promise<SeenRun> {
  await driveSubjects(opened, {
    ...COMMON,
    folder,
    specLabel: stood.map(({ subject }) => subject.label).join(', '),
    seed: options.seed,
    scenarios: options.scenarios.length === 0 ? SCENARIOS : options.scenarios,
    paths: pathsOf(stood),
    trees: treesOf(stood),
    subjects: stood.map((one) => ({ ...factsOf(one), flags: flagsOf(options) })),
    progress,
    signal,
  });
  return await seenIn(folder.dir);
}

/** Limits of time and reloads, on copies whose durations are divided: each subject by a factor of its own. */
async function driveScaled({ options, opened, stood, progress, signal, folder }: Check): Promise<ReadonlyMap<string, SeenRun>> {
  const runs = new Map<string, SeenRun>();
  for (const one of stood) {
    if (signal.aborted) break;
    const scaled: ScaledSubject = await scaleSubject(one, pathsOf(stood).filter(isControl));
    const own = new RunFolder(join(folder.dir, 'limits', one.subject.id));
    try {
      await using lab = await openLab('netns', {
        packageRoot: packageRoot(),
        scratchDir: makeScratchDir(),
        evidenceDir: own.dir,
        sessionId: sessionName(),
        congestionControl: 'reno',
        onProgress: (what) => progress.what(what),
      });
      await driveSubjects(
        { lab: lab.lab, because: opened.because },
        {
          ...COMMON,
          folder: own,
          specLabel: one.subject.label,
          seed: options.seed,
          scenarios: SCALED_SCENARIOS,
          paths: scaled.paths,
          trees: scaled.trees,
          subjects: [factsOf(one)],
          timeScale: scaled.timeScale,
          ...(scaled.note === null ? {} : { timeScaleNote: scaled.note }),
          progress,
          signal,
        },
      );
    } finally {
      own.close();
    }
    const seen = await seenIn(own.dir);
    writeReports(seen.record, own.dir);
    runs.set(one.subject.id, seen);
  }
  return runs;
}

/** Writes what was seen at each entry into the facts of the run, from which every report is made. */
async function finish({ stood, folder }: Check, asWritten: SeenRun, scaled: ReadonlyMap<string, SeenRun> | null): Promise<RunRecord> {
  const facts = factsWithSeen(asWritten, stood, (subject) => scaled?.get(subject) ?? null);
  const linked = (facts.subjects ?? []).map((one) =>
    scaled?.has(one.id) === true ? { ...one, limitsReport: `limits/${one.id}/report.html` } : one,
  );
  folder.writeFacts({ ...facts, subjects: linked });
  return (await seenIn(folder.dir)).record;
}

function tell(record: RunRecord, { json, quiet }: CheckOptions, written: readonly string[]): void {
  if (!json && !quiet)
    printUntrusted(say, checkReport(record, { color: process.stdout.isTTY, columns: process.stdout.columns || 120 }).trimEnd(), '');
  printOutcome(record, { json, quiet });
  if (!json && !quiet)
    say('', ...written.filter((path) => path.endsWith('.html')).map((path) => terminalText(relative(process.cwd(), path))));
}
