import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { shrinkText } from '../../reports/search/shrink-text.ts';
import { terminalText } from '../../reports/terminal/escape.ts';
import { entryCases } from '../../scenarios/opening-handshake/entry-cases.ts';
import { EXIT, HarnessError } from '../errors.ts';
import type { TriedCandidate } from '../model/candidate.ts';
import { isControl, type Path } from '../model/path.ts';
import type { JudgedFinding } from '../model/record.ts';
import type { Shrunk } from '../model/search-results.ts';
import type { ConfigTree } from '../model/surroundings.ts';
import { sameFinding } from '../search/same-finding.ts';
import { shrink } from '../search/shrink.ts';
import { openCandidateRunner } from './candidate-runner.ts';
import type { SubjectOptions } from './check-options.ts';
import { interruption } from './interruption.ts';
import { say, sayJson } from './output.ts';
import { printUntrusted } from './print-untrusted.ts';
import { makeProgress, silentProgress, type Progress } from './progress.ts';
import { factorOf } from './scale-subject.ts';
import { searchedTree } from './searched-tree.ts';
import { standForSearch, readOneSubject } from './stand-for-search.ts';
import type { StoodSubject } from './stand-up.ts';

export interface ShrinkOptions extends SubjectOptions {
  readonly config: string;
  /** Id of a finding as a check prints it, or of its audit; null: the only one that fails. */
  readonly finding: string | null;
  /** Folder that the few lines are written into; null: they are printed only. */
  readonly out: string | null;
  /** Candidates that are brought up side by side. */
  readonly width: number;
  /** Most configs that are run. */
  readonly limit: number;
  readonly seed: number;
  readonly json: boolean;
  readonly quiet: boolean;
}

const POLICY = { allow: [], inconclusive: 'allow' } as const;
const USUAL_SCENARIOS = ['opening-handshake', 'tunnel', 'entry'];
/** Findings about limits of time are shown by copies with divided durations. */
const SCALED_SCENARIOS: ReadonlySet<string> = new Set(['lifetime', 'reload', 'idle-hold']);

/** `hopscope shrink`: the few lines of a config that still show a finding. Returns the exit code; throws only HarnessErrors. */
export async function shrinkCommandLine(options: ShrinkOptions): Promise<number> {
  const subject = await readOneSubject(options.config, options);
  const progress = options.quiet || options.json ? silentProgress : makeProgress(process.stderr);
  using stop = interruption();
  const startedAt = performance.now();
  try {
    progress.phase('Standing the world up', 0, 3, 'the whole config');
    const stood = await standForSearch(subject, { progress, signal: stop.signal });
    progress.phase('The whole config', 1, 3, 'leaving lines out');
    const finding = await meantFinding(stood, options, stop.signal);
    progress.phase('Leaving lines out', 2, 3, null);
    const shrunk = await shrinkTo(finding, { stood, options, signal: stop.signal, progress });
    progress.end();
    const elapsedMs = performance.now() - startedAt;
    if (options.out !== null) writeTree(shrunk.tree, options.out);
    tell(shrunk, finding, options, elapsedMs);
    return stop.signal.aborted ? EXIT.interrupted : EXIT.pass;
  } finally {
    progress.end();
  }
}

/** What `--finding` may begin with: `<audit>/<path>/<scenario>`, as ids of findings are made. */
const scenarioIn = (id: string | null): string | null => id?.split('#')[0]?.split('/').at(2) ?? null;

async function meantFinding(stood: StoodSubject, options: ShrinkOptions, signal: AbortSignal): Promise<JudgedFinding> {
  const asked = scenarioIn(options.finding);
  const scenarios = asked === null ? USUAL_SCENARIOS : [asked];
  await using runner = openCandidateRunner({
    stood,
    paths: stood.paths,
    scenarios,
    policy: POLICY,
    seed: options.seed,
    factor: scenarios.some((id) => SCALED_SCENARIOS.has(id)) ? factorOf(stood) : 1,
    signal,
  });
  const [whole] = await runner.try([{ id: 'whole', tree: stood.subject.tree }]);
  if (signal.aborted || whole === undefined)
    throw new HarnessError('RUN_ERR_INTERRUPTED', 'interrupted before the whole config had been run');
  return chosenFrom(whole, options);
}

function chosenFrom(whole: TriedCandidate, { finding: wanted, config }: ShrinkOptions): JudgedFinding {
  const failing = whole.findings.filter(({ outcome, expected }) => outcome === 'fail' && !expected);
  const matching = wanted === null ? failing : failing.filter((one) => idsOf(one).includes(wanted));
  const [first] = matching;
  if (first !== undefined && (wanted !== null || new Set(failing.map(({ auditId }) => auditId)).size === 1)) return first;
  const names = [...new Set(failing.map((one) => idsOf(one)[0] ?? ''))];
  const seen = names.length === 0 ? 'it fails nothing' : `it fails ${names.join(', ')}`;
  const asked = wanted === null ? 'to say which finding is meant with --finding' : `a config that shows '${wanted.slice(0, 100)}'`;
  throw new HarnessError('SPEC_ERR_NOTHING_SELECTED', `expected ${asked}, and ${seen}`, { place: { file: config } });
}

/** Longest first; an audit alone may mean several findings, and the first of them is taken. */
const idsOf = ({ auditId, path, scenario }: JudgedFinding): readonly string[] => [
  `${auditId}/${path}/${scenario}`,
  `${auditId}/${path}`,
  auditId,
];

interface Shrinking {
  readonly stood: StoodSubject;
  readonly options: ShrinkOptions;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

async function shrinkTo(finding: JudgedFinding, { stood, options, signal, progress }: Shrinking): Promise<Shrunk> {
  const only = (path: Path): boolean => path.id === finding.path || isControl(path);
  const firstCase = entryCases.findIndex(({ id }) => finding.cases?.includes(id) ?? true) + 1;
  await using runner = openCandidateRunner({
    stood,
    paths: stood.paths.filter(only),
    scenarios: [finding.scenario],
    options: { 'opening-handshake': { onlyCase: Math.max(1, firstCase), deadlineMs: 800 } },
    policy: POLICY,
    seed: options.seed,
    factor: SCALED_SCENARIOS.has(finding.scenario) ? factorOf(stood) : 1,
    signal,
  });
  const result = await shrink(runner, searchedTree(stood.service, stood.subject), sameFinding(finding), {
    service: stood.subject.service,
    width: options.width,
    limit: options.limit,
    signal,
    onProgress: ({ lines, before, runs }) => progress.what(`${lines} of ${before} lines left after ${runs} runs`),
  });
  if (result.kind === 'shrunk') return result;
  throw new HarnessError('SPEC_ERR_NOTHING_SELECTED', `expected ${finding.auditId} to show again when it is run alone: ${result.because}`, {
    place: { file: options.config },
  });
}

function writeTree(tree: ConfigTree, folder: string): void {
  for (const { path, text, isWrapper } of tree.files.values()) {
    if (isWrapper === true) continue;
    const file = join(resolve(folder), `.${path}`);
    try {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text, { flag: 'wx' });
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
      throw new HarnessError(
        'RUN_ERR_CANNOT_WRITE',
        `expected to write ${file}, got ${code === 'EEXIST' ? 'a file that is there already' : code}`,
        { cause },
      );
    }
  }
}

function tell(shrunk: Shrunk, finding: JudgedFinding, { json, quiet, out }: ShrinkOptions, elapsedMs: number): void {
  const shows = `${finding.auditId} in ${finding.scenario}`;
  const { kept, lines, before, runs, checks, cached, isMinimal } = shrunk;
  if (json) {
    sayJson({
      version: '1.0.0',
      finding: idsOf(finding)[0],
      summary: finding.summary,
      lines,
      before,
      runs,
      checks,
      cached,
      elapsedMs: Math.round(elapsedMs),
      isMinimal,
      kept,
    });
    return;
  }
  const text = shrinkText({ shrunk, shows, elapsedMs }).map(terminalText);
  const more = [terminalText(finding.summary), ...(out === null ? [] : [terminalText(`written to ${out}`)])];
  printUntrusted(say, ...(quiet ? text.slice(-2, -1) : [...text, ...more]));
}
