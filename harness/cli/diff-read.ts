import { limitsOfMode } from '../measure/limits-of-mode.ts';
import type { Candidate, CandidateRunner, TriedCandidate } from '../model/candidate.ts';
import { FINGERPRINT_VERSION, type Fingerprint } from '../model/fingerprint.ts';
import { LADDER_MODES, type LadderMode } from '../model/ladder-mode.ts';
import type { Path } from '../model/path.ts';
import type { BehaviouralChange } from '../model/search-results.ts';
import type { ConfigTree, Entry } from '../model/surroundings.ts';
import { linesOfTree } from '../run/tree-lines.ts';
import { entriesOf } from '../world/entries.ts';
import { entryUrl } from '../world/subject-paths.ts';
import { withTree } from '../world/with-tree.ts';
import { type StoodSubject, surroundingsOf } from './stand-up.ts';

/** Areas of what is only read out of the text. */
export const ENTRIES = 'entries';
export const AS_CONFIGURED = 'as configured';

/** Not an id of a path: what is said of the whole config. */
const WHOLE = '';
const NO_ENTRY = 'no entry';
const NO_LIMIT = 'no limit';
const KINDS: Readonly<Record<Entry['kind'], string>> = {
  declared: 'an entry for WebSockets',
  likely: 'an entry that carries WebSockets',
  plain: 'an entry for ordinary requests',
};

/**
 * Answers from the text alone, as a candidate that behaves as it reads: where clients come in, and the limits of time that are set for each path. Limits of
 * production are too long to be waited for. `urls`: the entries that either side has.
 */
export class ReadRunner implements CandidateRunner {
  readonly runs = 0;
  readonly checks = 0;
  readonly cached = 0;
  readonly #stood: Pick<StoodSubject, 'subject' | 'service'>;
  readonly #paths: readonly Path[];
  readonly #urls: readonly string[];

  constructor(stood: Pick<StoodSubject, 'subject' | 'service'>, paths: readonly Path[], urls: readonly string[]) {
    this.#stood = stood;
    this.#paths = paths;
    this.#urls = urls;
  }

  try(candidates: readonly Candidate[]): Promise<readonly TriedCandidate[]> {
    return Promise.resolve(candidates.map(({ id, tree }) => this.#read(id, tree)));
  }

  check(candidates: readonly Candidate[]): Promise<readonly boolean[]> {
    return Promise.resolve(candidates.map(() => true));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  #read(id: string, tree: ConfigTree): TriedCandidate {
    const entries = readEntries(this.#stood, tree);
    const kinds = this.#urls.map((url) => [url, KINDS[entries.get(url)?.kind ?? 'plain']] as const);
    const known = kinds.map(([url, kind]): [string, string] => [url, entries.has(url) ? kind : NO_ENTRY]);
    const whole = printOf(WHOLE, { [ENTRIES]: Object.fromEntries(known) });
    const limits = this.#paths.map((path): readonly [string, Fingerprint] => [
      path.id,
      printOf(path.id, { [AS_CONFIGURED]: this.#limits(path, tree) }),
    ]);
    return { id, status: 'tried', because: '', findings: [], fingerprints: new Map([[WHOLE, whole], ...limits]), verdict: 'pass' };
  }

  #limits({ entry, target }: Path, tree: ConfigTree): Readonly<Record<string, string>> {
    const lines = linesOfTree(this.#stood.service, tree, entry).map((line) => ({ host: '', line }));
    return Object.fromEntries(
      LADDER_MODES.map((mode) => {
        const set = limitsOfMode(mode, lines, { target, hosts: [''] }).map(({ limitMs }) => limitMs);
        return [limitName(mode), set.length === 0 ? NO_LIMIT : durationWords(Math.min(...set))];
      }),
    );
  }
}

/** Entries of a config by URL. */
export function readEntries({ subject, service }: Pick<StoodSubject, 'subject' | 'service'>, tree: ConfigTree): ReadonlyMap<string, Entry> {
  const other = withTree(subject, tree);
  return new Map(entriesOf(other, surroundingsOf(service, other)).map((entry) => [entryUrl(entry), entry]));
}

/** What is worse in the text: an entry for WebSockets that is gone, a shorter limit of idle sockets. */
export function judgedAsRead(change: BehaviouralChange): BehaviouralChange {
  const path = change.path === WHOLE ? null : change.path;
  if (change.area === ENTRIES)
    return { ...change, path, isWorse: change.after === NO_ENTRY && change.before !== KINDS.plain ? true : null };
  const isIdle = change.what === limitName('idle');
  const [was, is] = [change.before, change.after].map((words) => durationMs(words ?? ''));
  return { ...change, path, isWorse: !isIdle || was === undefined || is === undefined || was === is ? null : is < was };
}

/** What was measured of a limit on both sides, in milliseconds of production: null: not within the watch; undefined: not at all. */
export interface MeasuredLimit {
  readonly was: number | null | undefined;
  readonly is: number | null | undefined;
  /** How long a quiet connection was watched, in milliseconds of production. */
  readonly watchedMs: number;
}

/** Whether the reading of an idle limit goes against what was measured: neither side cut within a watch that one should have cut in, or no socket ever opened. */
export function isContradicted({ area, what, before, after }: BehaviouralChange, { was, is, watchedMs }: MeasuredLimit): boolean {
  if (area !== AS_CONFIGURED || what !== limitName('idle')) return false;
  const shortest = Math.min(durationMs(before ?? ''), durationMs(after ?? ''));
  return was === undefined || is === undefined || (was === null && is === null && shortest < watchedMs);
}

const limitName = (mode: LadderMode): string => `${mode} limit`;

const printOf = (path: string, behaviours: Fingerprint['behaviours']): Fingerprint => ({
  fingerprint: FINGERPRINT_VERSION,
  path,
  subjects: [],
  headers: { request: [], response: [] },
  behaviours,
  limitsMs: {},
  measures: {},
});

const UNITS = [
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;

/** Exact, in the largest unit that it is a whole number of: `75 s`, `1 h`. */
export function durationWords(ms: number): string {
  const [unit, size] = UNITS.find(([, each]) => ms > 0 && ms % each === 0) ?? ['ms', 1];
  return `${String(ms / size)} ${unit}`;
}

/** Of such words; no limit lasts for ever. */
function durationMs(words: string): number {
  const [number = '', unit = ''] = words.split(' ');
  const size = UNITS.find(([name]) => name === unit)?.[1];
  return size === undefined ? Infinity : Number(number) * size;
}
