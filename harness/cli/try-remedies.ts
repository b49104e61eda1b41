import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HarnessError } from '../errors.ts';
import type { ProxyHost } from '../model/path.ts';
import type { RunRecord } from '../model/record.ts';
import type { RunFacts } from '../model/run-facts.ts';
import type { Remedy } from '../model/remedy.ts';
import { type PlannedRemedies, planRemedies } from '../remedy/plan-remedies.ts';
import { readRemedies, writeRemedies } from '../run/remedies-file.ts';
import { readRunFolder } from '../run/run-folder.ts';
import type { LabChoice } from '../spec/spec.ts';
import { recordOf } from './judge-folder.ts';
import type { Progress } from './progress.ts';
import {
  ownFileOf,
  runTrials,
  wholeProxy,
  scenariosFor,
  type Trial,
  type TrialGround,
  type TriedTrial,
  whyBroken,
} from './remedy-trial.ts';
import { services } from './services.ts';

/** What is to be tried against which findings of a run folder. */
export interface RemedyWish {
  /** Id of the only finding to look at; null: all that failed. */
  readonly finding: string | null;
  readonly lab: LabChoice;
  /** Most candidates that are run. */
  readonly limit: number;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

export interface TriedRemedies {
  /** All remedies of the run, those of an earlier command too. */
  readonly remedies: readonly Remedy[];
  /** Findings for which there was a candidate. */
  readonly planned: readonly PlannedRemedies[];
  /** What broke the lab, if anything did. */
  readonly error: HarnessError | null;
}

export const REMEDY_LIMIT = 12;

/** A line of config with the candidates that have not been run yet. */
interface Pending {
  readonly planned: PlannedRemedies;
  next: number;
}

/**
 * Tries candidates best first until one is verified, in rounds: each round has at most one for each path, and what shares its scenarios
 * shares a lab. remedies.json is written after every lab, so that Ctrl-C keeps what is known by then. Throws HarnessErrors of the folder.
 */
export async function tryRemedies(runFolder: string, wish: RemedyWish): Promise<TriedRemedies> {
  const [record, { facts }, earlier] = await Promise.all([recordOf(runFolder), readRunFolder(runFolder), readRemedies(runFolder)]);
  const planned = planRemedies({ record, only: wish.finding, services: servicesByName, textOf: textIn(runFolder, record, facts) });
  const about = new Set(planned.flatMap(({ findings }) => findings.map(({ id }) => id)));
  const kept = earlier.filter(({ findingId }) => !about.has(findingId));
  const ground: TrialGround = { record, facts, runFolder, lab: wish.lab, progress: wish.progress, signal: wish.signal };
  const pending: Pending[] = planned.map((one) => ({ planned: one, next: 0 }));
  const tried: Remedy[] = [];
  let error: HarnessError | null = null;
  for (let left = wish.limit; left > 0 && error === null && !wish.signal.aborted; ) {
    const round = onePerPath(pending).slice(0, left);
    if (round.length === 0) break;
    left -= round.length;
    for (const group of Map.groupBy(round, (one) => scenariosFor(one.planned).join()).values()) {
      if (error !== null || wish.signal.aborted) break;
      const result = await tryGroup(group, ground);
      error = result.error;
      tried.push(...result.remedies);
      writeRemedies(runFolder, [...kept, ...tried]);
    }
  }
  const because = wish.signal.aborted
    ? 'interrupted before it was run'
    : error === null
      ? `at most ${wish.limit} are run at once`
      : whyBroken(error);
  const open = pending.flatMap((one) => (isOpen(one) ? remediesOf(trialOf(one), { status: 'untried', because }, null) : []));
  const remedies = [...kept, ...tried, ...open];
  if (planned.length > 0) writeRemedies(runFolder, remedies);
  return { remedies, planned, error };
}

const servicesByName = new Map(services.map((service) => [service.name, service]));

/** Configs as they were run; one that is not valid UTF-8 would not survive an edit. */
const textIn =
  (runFolder: string, { paths }: RunRecord, facts: RunFacts) =>
  (proxy: ProxyHost): string | null => {
    const evidence = paths.flatMap(({ hosts }) => hosts).find(({ host }) => host === proxy.name);
    // Of a user's config of several files the one that findings point into is kept where it stood.
    const whole = wholeProxy(facts, proxy);
    const own = whole.world === undefined ? (evidence?.config?.file ?? null) : keptFileOf(whole);
    const file = own === null ? null : join(runFolder, own);
    const text = file !== null && existsSync(file) ? readFileSync(file, 'utf8') : null;
    return text?.includes('\ufffd') === true ? null : text;
  };

function keptFileOf(proxy: ProxyHost): string | null {
  const copy = ownFileOf(proxy);
  return copy === null ? null : join('configs', proxy.name, `.${copy.path}`);
}

const isOpen = ({ planned, next }: Pending): boolean => next < planned.candidates.length;

const onePerPath = (pending: readonly Pending[]): readonly Pending[] =>
  [...Map.groupBy(pending.filter(isOpen), ({ planned }) => planned.path.id).values()].flatMap((own) => own.slice(0, 1));

function trialOf({ planned, next }: Pending): Trial {
  const candidate = planned.candidates[next];
  if (candidate === undefined) throw new RangeError('a pending remedy has a next candidate');
  return { planned, candidate };
}

interface GroupResult {
  readonly remedies: readonly Remedy[];
  readonly error: HarnessError | null;
}

async function tryGroup(group: readonly Pending[], ground: TrialGround): Promise<GroupResult> {
  const trials = group.map(trialOf);
  const number = nextNumber(ground.runFolder);
  const name = join('remedies', String(number));
  ground.progress.phase(`Remedies on ${group.length} path${group.length === 1 ? '' : 's'}`, number - 1, Math.max(number, 1), null);
  try {
    const results = await runTrials(trials, ground, name);
    for (const [index, one] of group.entries()) settle(one, results[index]);
    return { remedies: results.flatMap((result) => remediesOf(result, result.outcome, result.isRun ? name : null)), error: null };
  } catch (error) {
    // What breaks after Ctrl-C is its doing: these stay open, and are said to be interrupted.
    if (ground.signal.aborted) return { remedies: [], error: null };
    if (error instanceof HarnessError) return { remedies: [], error };
    throw error;
  }
}

/** One that failed makes room for the next candidate; anything else ends the search. */
function settle(one: Pending, result: TriedTrial | undefined): void {
  one.next = result?.outcome.status === 'failed' ? one.next + 1 : one.planned.candidates.length;
}

function nextNumber(runFolder: string): number {
  let number = 1;
  while (existsSync(join(runFolder, 'remedies', String(number)))) number += 1;
  return number;
}

/** A remedy for each finding that the trial was about. */
const remediesOf = (
  { planned, candidate }: Trial,
  { status, because }: Pick<Remedy, 'status' | 'because'>,
  trial: string | null,
): readonly Remedy[] =>
  planned.findings.map(({ id }) => ({
    findingId: id,
    host: planned.proxy.name,
    file: planned.line.file,
    title: candidate.title,
    patch: candidate.patch,
    status,
    because,
    source: candidate.source,
    trial,
  }));
