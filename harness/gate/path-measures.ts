import { quantityWords } from '../measure/quantity.ts';
import { safePingMs } from '../measure/safe-ping.ts';
import { cutSockets, firstHandshakeAfterMs } from '../measure/survived.ts';
import type { PathMeasure } from '../measure/threshold-expression.ts';
import type { SurvivalEvidence } from '../model/action-evidence.ts';
import type { LoadEvidence, TcpCounterEvidence } from '../model/evidence.ts';
import type { CapacityEvidence } from '../model/limit-evidence.ts';
import type { Path } from '../model/path.ts';
import { addedLatency } from './added-latency.ts';
import { idleLimit } from './idle-limit.ts';
import { isCharted, isNamed } from './load-charts.ts';
import { type MeasureGround, type MeasureTaken, notTaken } from './measure-ground.ts';

/** Takes one measure of a path, in the unit of PATH_MEASURES. Durations are those of the configs as written, before any division. Pure. */
export function measurePath(measure: PathMeasure, path: Path, ground: MeasureGround): MeasureTaken {
  switch (measure) {
    case 'p50 added latency':
      return addedLatency(50, path, ground);
    case 'p90 added latency':
      return addedLatency(90, path, ground);
    case 'p99 added latency':
      return addedLatency(99, path, ground);
    case 'p99.9 added latency':
      return addedLatency(99.9, path, ground);
    case 'idle limit':
      return idleLimit(path, ground);
    case 'safe ping interval':
      return safePing(idleLimit(path, ground));
    case 'reload survival':
      return reloadSurvival(reloadsOf(path, ground));
    case 'new handshake after reload':
      return newHandshake(reloadsOf(path, ground));
    case 'upgrade success':
      return upgradeSuccess(ground.loads.filter((load) => load.path === path.id && (isNamed(load) || !isCharted(load))));
    case 'resent segments':
      return resentSegments(ground.tcpCounters.filter((counters) => counters.path === path.id));
    case 'capacity':
      return capacity(ground.capacities.filter((one) => one.path === path.id));
  }
}

function safePing({ measured, because }: MeasureTaken): MeasureTaken {
  if (measured === null) return notTaken(because);
  return { measured: { ...measured, value: safePingMs(measured.value) }, because: `two thirds of the idle limit: ${because}` };
}

const reloadsOf = (path: Path, { survivals }: MeasureGround): readonly SurvivalEvidence[] =>
  survivals.filter((one) => one.path === path.id && one.action.do === 'reload');

const NO_RELOAD = 'no proxy of the path was reloaded in this run';

function reloadSurvival(reloads: readonly SurvivalEvidence[]): MeasureTaken {
  const sockets = reloads.reduce((sum, one) => sum + one.sockets.length, 0);
  if (sockets === 0) return notTaken(reloads.length === 0 ? NO_RELOAD : 'no socket was open when a proxy of the path was reloaded');
  const alive = sockets - reloads.reduce((sum, one) => sum + cutSockets(one).length, 0);
  return {
    measured: { value: (100 * alive) / sockets },
    because: `${alive} of ${sockets} sockets lived through ${reloads.length === 1 ? 'a reload' : `${reloads.length} reloads`}`,
  };
}

function newHandshake(reloads: readonly SurvivalEvidence[]): MeasureTaken {
  const tried = reloads.filter(({ newHandshakes }) => newHandshakes.length > 0);
  if (tried.length === 0) return notTaken(reloads.length === 0 ? NO_RELOAD : 'no handshake was tried after a reload');
  const never = tried.filter((one) => firstHandshakeAfterMs(one) === null);
  if (never.length > 0) {
    const watched = Math.round(Math.min(...never.map(({ actionAtMs, watchedUntilMs }) => watchedUntilMs - actionAtMs)));
    return {
      measured: { value: watched, atLeast: true },
      because: `no handshake went through in the ${watched} ms that were watched after a reload`,
    };
  }
  const value = Math.max(...tried.map((one) => firstHandshakeAfterMs(one) ?? 0));
  return { measured: { value }, because: `the slowest of ${tried.length === 1 ? 'one reload' : `${tried.length} reloads`}` };
}

/** The steps of a search for the most that a path sustains are left out: they go beyond it. */
function upgradeSuccess(loads: readonly LoadEvidence[]): MeasureTaken {
  const attempts = loads.reduce((sum, load) => sum + load.attempts, 0);
  if (attempts === 0) return notTaken('no load opened connections over the path in this run');
  const upgraded = loads.reduce((sum, load) => sum + load.upgraded, 0);
  return { measured: { value: (100 * upgraded) / attempts }, because: `${upgraded} of ${attempts} handshakes of loads` };
}

/** One host that could not be read makes the share unknown. Segments that were sent again needlessly count. */
function resentSegments(counters: readonly TcpCounterEvidence[]): MeasureTaken {
  const unread = counters.find(({ delta }) => delta?.['RetransSegs'] === undefined || delta['OutSegs'] === undefined);
  if (counters.length === 0) return notTaken('no kernel counters were read on the path in this run');
  if (unread !== undefined) return notTaken(`the kernel counters of host ${unread.host} could not be read`);
  const sum = (name: string): number => counters.reduce((total, { delta }) => total + (delta?.[name] ?? 0), 0);
  const [resent, sent] = [sum('RetransSegs'), sum('OutSegs')];
  if (resent + sent === 0) return notTaken('no segment was sent on the path');
  // RFC 4022: tcpOutSegs counts none of those that hold nothing but what was sent again.
  const value = (100 * resent) / (resent + sent);
  return { measured: { value }, because: `${resent} of ${resent + sent} segments of all hosts of the path` };
}

function capacity(limits: readonly CapacityEvidence[]): MeasureTaken {
  const [least] = limits.toSorted((a, b) => a.opened - b.opened);
  if (least === undefined) return notTaken('no limit of number was tried on the path in this run');
  const isReached = Object.values(least.above).some((count) => count > 0);
  const because = `${quantityWords(least.opened, 'count')} sockets opened (${least.caseId})${isReached ? ' before one did not' : ', and none was refused'}`;
  return { measured: isReached ? { value: least.opened } : { value: least.opened, atLeast: true }, because };
}
