import type { PlayRequest } from '../drive/protocol.ts';
import { nowMs } from '../measure/clock.ts';
import { seedOf } from '../measure/seed-of.ts';
import { seededBytes } from '../measure/seeded-bytes.ts';
import { topologyKey } from '../model/path.ts';
import type { PlayEvidence } from '../model/play-evidence.ts';
import type { PlayedEnd, Step } from '../model/play.ts';
import { MOST_EXTENDED } from '../play/own-stalls.ts';
import { hasUpgradeField } from '../play/upgrade-field.ts';
import { type PlayCase, playRequest } from './play-case.ts';
import type { LivePath, ScenarioContext } from './scenario.ts';
import { sideBySide } from './side-by-side.ts';
import { trimmed } from './trim-played.ts';

export interface PlayOptions {
  /** Id of the scenario that plays. */
  readonly scenario: string;
  /** Plays at a time on each path; 12 without it. */
  readonly atOnce?: number;
  /** Plays at a time on all paths of a topology together; without it `atOnce` for each path. */
  readonly mostAtOnce?: number;
  /** Is multiplied with every deadline and wait of a path: impaired links need more. */
  readonly patience?: (live: LivePath) => number;
}

type PlayContext = Pick<ScenarioContext<object>, 'seed' | 'signal' | 'record'>;

interface Planned {
  readonly live: LivePath;
  readonly one: PlayCase;
  readonly id: string;
  readonly play: PlayRequest['plays'][number];
  readonly head: Buffer;
}

const DEADLINE_MS = 2000;
const SETTLE_MS = 150;
const AT_ONCE = 12;
/** The origin outlives the client, so that it sees the end. */
const ORIGIN_GRACE_MS = 500;
/** Makes plays unique within the program: the origin may still know those of an earlier call. */
let plays = 0;

/**
 * Plays cases over paths, several at a time on each, and records one `plays` line for each case and path, in the order of the cases.
 * Paths of one topology share a driver and an origin. Throws what the driver and the origin throw.
 */
export async function playCases(
  context: PlayContext,
  lives: LivePath | readonly LivePath[],
  cases: readonly PlayCase[],
  options: PlayOptions,
): Promise<void> {
  const paths = (Array.isArray(lives) ? lives : [lives]) as readonly LivePath[];
  const groups = [...Map.groupBy(paths, ({ path }) => topologyKey(path)).values()];
  await Promise.all(groups.map((group) => playGroup(context, group, cases, options)));
}

/** So many paths are played on side by side: most of a play is waiting, and two ends of each are programs that others share. */
const PATHS_AT_ONCE = 6;

/**
 * Plays every case on every path of a run: the quick ones on a few paths at a time, then the slow ones on all at once. What most scenarios
 * of plays do and no more.
 */
export async function playAll(
  context: PlayContext & Pick<ScenarioContext<object>, 'paths' | 'stimulus' | 'progress'>,
  cases: readonly PlayCase[],
  options: PlayOptions,
): Promise<void> {
  const quick = cases.filter(({ slow }) => slow !== true);
  const slow = cases.filter((one) => one.slow === true);
  const { paths } = context;
  if (quick.length > 0) {
    await sideBySide(context, { atOnce: PATHS_AT_ONCE, what: `${quick.length} plays` }, (group) =>
      context.stimulus(group, () => playCases(context, group, quick, options)),
    );
  }
  if (slow.length === 0 || context.signal.aborted) return;
  context.progress(`${slow.length} slow plays on ${paths.length} paths`, paths.length, paths.length + 1);
  await context.stimulus(paths, () => playCases(context, paths, slow, options));
}

async function playGroup(
  context: PlayContext,
  group: readonly LivePath[],
  cases: readonly PlayCase[],
  options: PlayOptions,
): Promise<void> {
  const [first] = group;
  const planned = group.flatMap((live) => planPath(context, live, cases, options));
  if (first === undefined || planned.length === 0) return;
  const longestMs = Math.max(...planned.map(({ play }) => play.deadlineMs));
  const scripts = Object.fromEntries(planned.map(({ id, one }) => [id, one.origin] as const)) satisfies Record<string, readonly Step[]>;
  const asking = planned.filter(({ head }) => hasUpgradeField(head)).map(({ id }) => id);
  await first.origin.plan(scripts, longestMs * MOST_EXTENDED + ORIGIN_GRACE_MS, asking);
  const startedAtMs = nowMs();
  const atOnce = Math.min((options.atOnce ?? AT_ONCE) * group.length, options.mostAtOnce ?? Infinity);
  const deadlineMs = longestMs * MOST_EXTENDED * (Math.ceil(planned.length / atOnce) + 1);
  const reply = await first.drive({ kind: 'play', plays: planned.map(({ play }) => play), atOnce, deadlineMs });
  const settleMs = Math.max(...planned.map(({ one, live }) => settleOf(one) * patienceOf(options, live)));
  const origins = await first.origin.played(
    planned.map(({ id }) => id),
    settleMs,
  );
  const endedAtMs = nowMs();
  for (const [index, { live, one, id, head }] of planned.entries()) {
    const played = reply.plays[index];
    if (played === undefined) continue;
    const connections = origins[id] ?? [];
    const [client, origin] = trimmed(played.client, chosen(connections, one.origin));
    const evidence: PlayEvidence = {
      path: live.path.id,
      scenario: options.scenario,
      caseId: one.id,
      title: one.title,
      cite: one.cite,
      requirement: one.requirement,
      expectation: one.expectation,
      startedAtMs: played.client.startedAtMs ?? startedAtMs,
      endedAtMs: Math.min(endedAtMs, lastMs(played.client, connections)),
      requestHeadBase64: head.toString('base64'),
      outcome: played.outcome,
      client,
      origin,
      originConnections: connections.length,
      ...pausesOf(one, client, origin),
    };
    context.record('plays', evidence);
  }
}

const patienceOf = (options: PlayOptions, live: LivePath): number => options.patience?.(live) ?? 1;
const settleOf = ({ settleMs, expectation }: PlayCase): number => settleMs ?? Math.max(SETTLE_MS, expectation.withinMs ?? 0);

function planPath(context: PlayContext, live: LivePath, cases: readonly PlayCase[], options: PlayOptions): readonly Planned[] {
  const fit = cases.filter((one) => (one.skipOn?.(live.path) ?? null) === null);
  return fit.map((one) => {
    plays += 1;
    const id = `${live.path.id}.${one.id}.${plays}`.replaceAll(/[^\w.-]/g, '-');
    const { target } = live.path;
    const endpoint = live.endpoint(`${target}${target.includes('?') ? '&' : '?'}play=${id}`);
    const key = seededBytes(seedOf(context.seed, live.path.id, one.id), 16).toString('base64');
    const request = playRequest(one.head ?? {}, {
      target: endpoint.target,
      host: endpoint.hostHeader,
      key,
      authorization: endpoint.authorization,
    });
    const deadlineMs = (one.deadlineMs ?? DEADLINE_MS) * patienceOf(options, live);
    return { live, one, id, head: request.head, play: { endpoint, head: request.writes, key: request.key, steps: one.client, deadlineMs } };
  });
}

/** Of several connections for one play (a proxy tried again) the one that was upgraded, else the last. */
function chosen(connections: readonly PlayedEnd[], script: readonly Step[]): PlayedEnd | null {
  const upgraded = (end: PlayedEnd): boolean =>
    end.steps.some(({ step, endedAtMs }) => endedAtMs !== null && script[step]?.do === 'upgrade');
  return connections.findLast(upgraded) ?? connections.at(-1) ?? null;
}

/** When an end did not read because its script said so. */
function pausesOf(one: PlayCase, client: PlayedEnd, origin: PlayedEnd | null): Pick<PlayEvidence, 'readerPauses'> {
  const ofEnd = (
    end: 'client' | 'origin',
    script: readonly Step[],
    played: PlayedEnd | null,
  ): NonNullable<PlayEvidence['readerPauses']> => {
    const startOf = (kind: Step['do']): number | undefined => played?.steps.find(({ step }) => script[step]?.do === kind)?.startedAtMs;
    const fromMs = startOf('pause-reading');
    return fromMs === undefined ? [] : [{ end, fromMs, untilMs: startOf('resume-reading') ?? Infinity }];
  };
  const pauses = [...ofEnd('client', one.client, client), ...ofEnd('origin', one.origin, origin)];
  const endMs = lastMs(client, origin === null ? [] : [origin]);
  return pauses.length === 0 ? {} : { readerPauses: pauses.map((pause) => ({ ...pause, untilMs: Math.min(pause.untilMs, endMs) })) };
}

/** When the last thing happened that either end saw. */
function lastMs(client: PlayedEnd, connections: readonly PlayedEnd[]): number {
  const times = [client, ...connections].flatMap(({ startedAtMs, events, sent, received, steps }) => [
    startedAtMs,
    sent.lastAtMs ?? 0,
    received.lastAtMs ?? 0,
    ...events.map(({ atMs }) => atMs),
    ...steps.map((step) => step.endedAtMs ?? 0),
  ]);
  return Math.max(...times);
}
