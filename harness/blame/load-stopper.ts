import { evaluateLimit, parseLimit } from '../measure/limit-expression.ts';
import { stepFlaw } from '../measure/step-flaw.ts';
import type { LoadEvidence } from '../model/evidence.ts';
import type { KneeEvidence, KneeResource } from '../model/load.ts';
import { countSigns } from './stopper-counts.ts';
import { logSigns } from './stopper-logs.ts';
import { type BrokenLoads, mostOpen, type StopperSign } from './stopper-sign.ts';
import { usageSigns, usedWords } from './stopper-usage.ts';

/** All that was recorded of the run, and what it ran on. */
export type StopperGround = Pick<BrokenLoads, 'path' | 'cpus' | 'usages' | 'tcpCounters' | 'proxyLogs' | 'hosts' | 'crashes'> & {
  readonly loads: readonly LoadEvidence[];
};

export type Stopper = NonNullable<KneeEvidence['stoppedBy']>;

/** Log lines may come some time after the load, and their clock may only have seconds. */
const EARLY_MS = 1000;
const LATE_MS = 3000;

/**
 * What ended first in a search: the resource and the host that most and hardest signs of the breaking load speak for. Null where nothing broke; `unknown` without a sign,
 * and where signs of the same kind speak for two. Pure.
 */
export function loadStopper(knee: KneeEvidence, ground: StopperGround): Stopper | null {
  const loads = breakingLoads(knee, ground.loads);
  const [load] = loads;
  if (load === undefined) return null;
  const broken = { ...during(loads, knee, ground), loads, of: knee.of, sustainable: knee.sustainable };
  const generator = generatorSign(knee, loads);
  if (generator !== null) return { resource: 'generator-cpu', host: 'client', because: generator };
  return named([...logSigns(broken), ...countSigns(broken), ...usageSigns(broken)], broken);
}

/** The loads of the lowest value above the sustained one that was not kept and was made again. */
function breakingLoads({ steps, sustainable, path, scenario }: KneeEvidence, loads: readonly LoadEvidence[]): readonly LoadEvidence[] {
  const failed = steps.filter(({ met, value }, index) => {
    const before = steps[index - 1];
    return !met && value > (sustainable ?? -1) && before?.met === false && before.value === value;
  });
  const lowest = Math.min(...failed.map(({ value }) => value));
  const slots = new Set(steps.filter(({ met, value }) => !met && value === lowest).map(({ slot }) => slot));
  return loads.filter((load) => load.path === path && load.comparedFor === path && load.scenario === scenario && slots.has(load.slot));
}

/** What was recorded while they ran. A log line without a time may be of then. */
function during(loads: readonly LoadEvidence[], { path, scenario }: KneeEvidence, ground: StopperGround): StopperGround {
  const [from, until] = [Math.min(...loads.map(({ startedAtMs }) => startedAtMs)), Math.max(...loads.map(({ endedAtMs }) => endedAtMs))];
  const isHere = (one: { readonly path: string; readonly scenario: string }): boolean => one.path === path && one.scenario === scenario;
  const isThen = (one: { readonly startedAtMs: number; readonly endedAtMs: number }): boolean =>
    one.startedAtMs < until && one.endedAtMs > from;
  return {
    ...ground,
    usages: ground.usages.filter((one) => isHere(one) && isThen(one)),
    tcpCounters: ground.tcpCounters.filter((one) => isHere(one) && isThen(one)),
    proxyLogs: ground.proxyLogs.filter(
      (one) => isHere(one) && (one.entry.atMs === null || (one.entry.atMs >= from - EARLY_MS && one.entry.atMs <= until + LATE_MS)),
    ),
    hosts: ground.hosts.filter(({ paths }) => paths.includes(path)),
    crashes: ground.crashes.filter((one) => isHere(one) && one.fromMs <= until && one.untilMs >= from),
  };
}

/** Why the last of these loads says nothing of the path. */
function generatorSign({ limit }: KneeEvidence, loads: readonly LoadEvidence[]): string | null {
  const last = loads.at(-1);
  if (last === undefined || stepFlaw(last, evaluateLimit(parseLimit(limit), last).broken) !== 'generator') return null;
  return last.ended === 'cut' ? 'a generator ended before its load did' : last.generator.because;
}

/** Of signs for one host that are equally hard, the cause comes before what follows from it. */
const CAUSES: readonly KneeResource[] = [
  'configured-limit',
  'file-descriptors',
  'ephemeral-ports',
  'memory',
  'accept-queue',
  'proxy-cpu',
  'origin-cpu',
];

function named(signs: readonly StopperSign[], broken: BrokenLoads): Stopper {
  const hardest = Math.max(0, ...signs.map(({ hardness }) => hardness));
  const top = signs
    .filter(({ hardness }) => hardness === hardest)
    .toSorted((a, b) => CAUSES.indexOf(a.resource) - CAUSES.indexOf(b.resource));
  const [first] = top;
  const hosts = new Set(top.map(({ host }) => host));
  if (first === undefined) return unknown(seen(broken));
  if (hosts.size > 1)
    return unknown(`signs speak for more than one host: ${top.map(({ host, because }) => `${host}, ${because}`).join('; ')}`);
  const { resource, host } = first;
  const own = signs.filter((sign) => sign.host === host && sign.resource === resource);
  const beside = signs.filter((sign) => sign.host === host && sign.resource !== resource).map(({ because }) => because);
  const because = own.map((sign) => sign.because).join(', and ');
  const sure = own.length > 1 ? '' : '; this is the only sign of it';
  return { resource, host, because: `${because}${sure}${beside.length === 0 ? '' : `; also, ${beside.join('; ')}`}` };
}

const unknown = (because: string): Stopper => ({ resource: 'unknown', host: null, because });

/** What was seen, where nothing speaks for anybody. */
function seen(broken: BrokenLoads): string {
  const failures = new Map<string, number>();
  for (const { upgradeFailures, lostSessions } of broken.loads)
    for (const [label, count] of [...Object.entries(upgradeFailures), ...Object.entries(lostSessions)])
      failures.set(label, (failures.get(label) ?? 0) + count);
  const failed = [...failures].map(([label, count]) => `${count} × ${label}`).join(', ');
  const crashed = [...new Set(broken.crashes.map(({ host }) => host))].map((host) => `${host} ended by itself`);
  const used = usedWords(broken);
  const parts = [
    ...crashed,
    `at most ${mostOpen(broken)} sessions were open`,
    ...(failed === '' ? [] : [failed]),
    ...(used === '' ? [] : [used]),
  ];
  return `no resource was seen to end: ${parts.join('; ')}`;
}
