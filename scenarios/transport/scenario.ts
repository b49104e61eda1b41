import { setTimeout as sleep } from 'node:timers/promises';
import {
  defineScenario,
  isImpaired,
  type LivePath,
  type OriginConnection,
  type ScenarioContext,
  seededBytes,
  topologyKey,
  type TransportRequest,
} from '../../harness/index.ts';
import { arrivalsByTag } from '../opening-handshake/arrivals.ts';
import { taggedTarget } from '../opening-handshake/request-bytes.ts';
import { acceptableOf, type Attempted, pathSeen, type PathSeen } from './acceptable.ts';
import { transportCases } from './cases.ts';
import { evidenceOf } from './evidence.ts';
import type { TransportCase } from './transport-case.ts';

interface Options {
  readonly deadlineMs: number;
  readonly impairedDeadlineMs: number;
  /** 1: proxies with an open socket inside HTTP/2 are reloaded; 0: not. */
  readonly reload: number;
}

type Context = ScenarioContext<Options>;
type Attempt = TransportRequest['attempts'][number];

/** One case on one path, and what became of it. */
interface Tried {
  readonly live: LivePath;
  readonly one: TransportCase;
  readonly tag: string;
  readonly attempt: Attempt;
}

const SCENARIO = 'transport';
const TEXT = 'hopscope over another transport';
/** The second round is for paths on which such a socket opened in the first. */
const OPENED_BEFORE: PathSeen = { demandsProxyHeader: null, opensPlain: true };
/** A reset takes longer where links lose or delay packets. */
const IMPAIRED_PATIENCE = 8;
/** Attempts at a time on one topology: all at once would wait for each other on a small machine. */
const AT_ONCE = 48;
/** Sockets are open by then, and their proxies are reloaded. */
const BEFORE_RELOAD_MS = 120;

/** Asks for sockets below and beside HTTP/1.1: what TLS agrees on, extended CONNECT of HTTP/2, the PROXY protocol. */
export const transport = defineScenario<Options>({
  id: SCENARIO,
  title: 'Transport',
  about: `Sockets that are asked for in ${transportCases.length} other ways: TLS with other names and protocols, extended CONNECT inside HTTP/2, PROXY headers before the request; and HTTP/2 while the proxy is reloaded.`,
  isSpecial: true,
  isForLabConfigs: true,
  defaults: { deadlineMs: 3000, impairedDeadlineMs: 6000, reload: 1 },
  async run(context) {
    const { paths, options } = context;
    context.progress(`${transportCases.length} ways on ${paths.length} paths`, 0, 2);
    const offering = new Set<LivePath>();
    await context.stimulus(paths, async () => {
      const rounds = groupsOf(paths).map((group) => round(context, group, (one) => one.reload !== true));
      for (const live of (await Promise.all(rounds)).flat()) offering.add(live);
    });
    const reloadable = [...offering].filter((live) => hostToReload(live) !== null);
    if (options.reload === 0 || reloadable.length === 0 || context.signal.aborted) return;
    context.progress(`${reloadable.length} proxies reloaded under HTTP/2`, 1, 2);
    await context.stimulus(reloadable, async () => {
      const rounds = groupsOf(reloadable).map((group) => round(context, group, (one) => one.reload === true));
      const acts = async (): Promise<void> => {
        await sleep(BEFORE_RELOAD_MS);
        await Promise.all(reloadable.map((live) => live.act({ host: hostToReload(live) ?? '', do: 'reload' })));
      };
      await Promise.all([...rounds, acts()]);
    });
  },
});

const groupsOf = (paths: readonly LivePath[]): readonly (readonly LivePath[])[] => [
  ...Map.groupBy(paths, ({ path }) => topologyKey(path)).values(),
];

const hostToReload = (live: LivePath): string | null => {
  const [first] = live.path.proxies;
  return first !== undefined && live.actions(first.name).includes('reload') ? first.name : null;
};

/** Drives the chosen cases on paths of one topology all at once, and says on which of them a socket inside HTTP/2 opened. */
async function round(context: Context, group: readonly LivePath[], fits: (one: TransportCase) => boolean): Promise<readonly LivePath[]> {
  const [first] = group;
  const tried = group.flatMap((live) =>
    transportCases
      .filter((one) => fits(one) && (one.on === 'any' || (one.on === 'tls') === live.path.tls))
      .map((one) => planned(context, live, one)),
  );
  if (first === undefined || tried.length === 0) return [];
  await first.origin.take();
  const attempts = tried.map(({ attempt }) => attempt);
  const longestMs = Math.max(...attempts.map(({ limitMs }) => limitMs));
  const deadlineMs = longestMs * (1 + Math.ceil(attempts.length / AT_ONCE));
  const reply = await first.drive({ kind: 'transport', attempts, atOnce: AT_ONCE, deadlineMs });
  const arrivals = arrivalsByTag(await first.origin.take());
  const offering: LivePath[] = [];
  for (const [live, cases] of Map.groupBy(
    tried.map((one, index) => ({ ...one, attempted: reply.attempts[index] })),
    (one) => one.live,
  )) {
    const known = cases.flatMap(({ attempted, ...rest }) => (attempted === undefined ? [] : [{ ...rest, attempted }]));
    recordPath(context, known, arrivals);
    if (known.some(({ attempted: { outcome, facts } }) => outcome.kind === 'upgraded' && facts['extendedConnect'] === true))
      offering.push(live);
  }
  return offering;
}

function recordPath(
  context: Context,
  cases: readonly (Tried & { readonly attempted: Attempted })[],
  arrivals: ReadonlyMap<string, readonly OriginConnection[]>,
): void {
  const seen = pathSeen(new Map(cases.map(({ one, attempted }) => [one.id, attempted])));
  for (const { live, one, tag, attempted } of cases) {
    const acceptable = acceptableOf(one, attempted, one.reload === true ? OPENED_BEFORE : seen);
    const arrived = arrivals.get(tag)?.[0] ?? null;
    context.record('foreignClients', evidenceOf({ path: live.path.id, scenario: SCENARIO, one, attempted, acceptable, arrived }));
  }
}

function planned(context: Context, live: LivePath, one: TransportCase): Tried {
  const tag = `${live.path.id}.${one.id}`;
  const endpoint = live.endpoint(taggedTarget(live.path.target, '', tag));
  const impaired = isImpaired(live.path);
  const limitMs = impaired ? context.options.impairedDeadlineMs : context.options.deadlineMs;
  const { alpn = ['http/1.1'], speak, preface = Buffer.alloc(0), beside = [], end = 'close', serverName } = one;
  const holdMs = (one.holdMs ?? 0) * (impaired && end === 'reset-stream' ? IMPAIRED_PATIENCE : 1);
  const attempt: Attempt = {
    endpoint: serverName === undefined ? endpoint : { ...endpoint, serverName },
    alpn,
    prefaceBase64: preface.toString('base64'),
    speak,
    key: seededBytes(context.seed + tag.length, 16).toString('base64'),
    text: TEXT,
    beside: beside.map((target) => `${live.path.httpBase}${target}`),
    end,
    holdMs,
    limitMs: limitMs + holdMs,
  };
  return { live, one, tag, attempt };
}
