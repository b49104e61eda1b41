import { LADDER_MODES, type ConfiguredLimit, type LadderMode, limitsOfMode, type LivePath } from '../../harness/index.ts';
import { declaredLimits } from '../capacity/limits.ts';

/** One rung of the ladder of one path, before it is climbed. */
export interface PlannedRung {
  readonly live: LivePath;
  readonly mode: LadderMode;
  readonly target: string;
  readonly configured: readonly ConfiguredLimit[];
  readonly intervalMs: number;
  /** Of the connections that are asked again: how long after the first answer. */
  readonly reuseAfterMs: number | null;
}

const MAX_INTERVAL_MS = 500;
const MIN_INTERVAL_MS = 15;
/** Around the moment at which a kept connection is closed, the earliest well before it. */
const REUSE_OFFSETS_MS = [-300, -100, -20, -5, 0, 5];
/** The nearest page of the origin that every path lets through. */
const PAGE = '/page';

/** A query tells the origin's connections apart: all rungs are held at the same time. */
export const rungTag = (live: LivePath, mode: LadderMode): string => `ladder=${live.path.id}.${mode}.`;
/** Name of the script by which the origin never answers. */
export const silencePlay = (live: LivePath): string => `${live.path.id}.ladder-silence`;

/** Every rung of a path, and the connections around the limit of kept ones. */
export function rungsOf(live: LivePath, watchMs: number): readonly PlannedRung[] {
  // Where they do not all fit at once, one would wait for another, and that is no limit of time: then only the first of them.
  const room = declaredLimits(live)[0]?.configured.limit ?? Infinity;
  const isNarrow = room < LADDER_MODES.length + REUSE_OFFSETS_MS.length;
  const rungs = LADDER_MODES.slice(0, isNarrow ? Math.floor(room / 2) : LADDER_MODES.length).map((mode) => rung(live, mode));
  const kept = rungs.find(({ mode }) => mode === 'keep-alive-idle');
  const limitMs = Math.min(...(kept?.configured ?? []).map((one) => one.limitMs));
  if (kept === undefined || !Number.isFinite(limitMs) || limitMs > watchMs) return rungs;
  const reuses = REUSE_OFFSETS_MS.map((offset) => limitMs + offset).filter((idleMs) => idleMs > 0);
  return [...rungs, ...reuses.map((reuseAfterMs) => ({ ...kept, reuseAfterMs }))];
}

function rung(live: LivePath, mode: LadderMode): PlannedRung {
  const { path, configured } = live;
  const hosts = path.proxies.map(({ name }) => name);
  const page = mode === 'keep-alive-idle' ? `${path.httpBase}${PAGE}` : path.target;
  const play = mode === 'head-unanswered' ? `play=${silencePlay(live)}&` : '';
  // A head that drips more slowly than a silent connection is allowed to be would meet that limit instead of its own.
  const paced: readonly LadderMode[] = mode === 'head-unfinished' ? [mode, 'connect-silent'] : ['idle'];
  const shortest = Math.min(
    MAX_INTERVAL_MS * 4,
    ...paced.flatMap((one) => limitsOfMode(one, configured, { target: page, hosts })).map(({ limitMs }) => limitMs),
  );
  return {
    live,
    mode,
    target: `${page}${page.includes('?') ? '&' : '?'}${play}${rungTag(live, mode)}`,
    configured: limitsOfMode(mode, configured, { target: page, hosts }),
    intervalMs: Math.max(MIN_INTERVAL_MS, Math.round(shortest / (mode === 'busy' ? 20 : 4))),
    reuseAfterMs: null,
  };
}

/** Longer than the longest limit that any host sets, so that it is seen to act; at most `mostMs`. */
export function watchFor(paths: readonly LivePath[], mostMs: number): number {
  const limits = paths.flatMap((live) => LADDER_MODES.flatMap((mode) => rung(live, mode).configured.map(({ limitMs }) => limitMs)));
  return Math.min(mostMs, Math.max(MIN_WATCH_MS, Math.round(Math.max(0, ...limits) * 1.15) + 400));
}

const MIN_WATCH_MS = 1000;
