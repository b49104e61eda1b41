import type { SurvivalEvidence } from '../model/action-evidence.ts';
import type { HostEvidence } from '../model/evidence.ts';
import type { Blame } from '../model/finding.ts';
import type { ConfigLine } from '../model/service.ts';
import type { LegEvidence } from '../model/wire-evidence.ts';
import { linesOf } from './config-line.ts';
import { hostTitle } from './host-title.ts';
import { enderOf } from './leg-ender.ts';
import type { PacketGround } from './packet-ground.ts';
import { framePlace } from './packet-place.ts';
import { unknownBlame } from './unknown-blame.ts';

/** One socket that ended after something was done to a proxy that was to go on serving it. */
export interface ReloadCut {
  readonly survival: SurvivalEvidence;
  /** From the action to the end, and from when the action was done: the limit of an old process begins somewhere between. */
  readonly afterMs: number;
  readonly sinceDoneMs: number;
  readonly isCloseFrame: boolean;
  /** The connections of the socket, client leg first; empty when not known. */
  readonly chain: readonly LegEvidence[];
  readonly hosts: readonly HostEvidence[];
}

const TOLERANCE = 0.15;
const EARLY_MS = 100;
/** A process never ends before its limit, and on a busy machine well after it. */
const LATE_MS = 1000;
/** Old processes are looked at this often, with the time of a look. */
const LOOK_MS = 150;

/**
 * Who cut it: the host that the captures show to have ended the socket of its own accord; certain when that is the one acted on and either
 * its config sets that limit or its old processes ended at that moment. Without captures these two together make it likely.
 */
export function blameReloadCut(cut: ReloadCut, ground: PacketGround): Blame {
  const { survival, afterMs, hosts } = cut;
  const { host, do: kind } = survival.action;
  const config = reloadLimitLine(cut);
  const seen = cut.isCloseFrame ? closeMaker(cut.chain, ground) : wireEnder(cut, ground);
  const witnesses = [
    ...(config === null ? [] : [`its config cuts what an old process serves after ${config.limitMs} ms`]),
    ...(oldProcessesEnded(survival, afterMs) ? ['its old processes ended at that moment'] : []),
  ];
  if (seen === 'between')
    return unknownBlame(`a socket ended ${afterMs} ms after the ${kind} of ${host}: something between two hosts ended it`);
  const did = `${hostTitle(seen?.host ?? host, hosts)} cut a socket ${afterMs} ms after the ${kind}`;
  const named = { direction: 'to-client' as const, innocent: [], config: (seen?.host ?? host) === host ? config : null };
  if (seen === null) {
    if (witnesses.length < 2)
      return unknownBlame(`a socket ended ${afterMs} ms after the ${kind} of ${host}, and nothing shows who ended it`);
    return { host, leg: null, ...named, confidence: 'likely', because: [did, ...witnesses].join('; ') };
  }
  const because = [did, seen.proof, ...(seen.host === host ? witnesses : [])].join('; ');
  const confidence = seen.host === host && witnesses.length > 0 ? 'certain' : 'likely';
  return { host: seen.host, leg: seen.leg.leg, ...named, confidence, because };
}

/** The line of the config whose limit is the measured one. */
function reloadLimitLine({ survival, hosts, afterMs, sinceDoneMs }: ReloadCut): ConfigLine | null {
  const fits = ({ symptom, limitMs }: ConfigLine): boolean =>
    symptom === 'cuts-on-reload' &&
    limitMs !== undefined &&
    afterMs >= limitMs - EARLY_MS &&
    sinceDoneMs <= limitMs + Math.max(TOLERANCE * limitMs, LATE_MS);
  const [line, another] = linesOf(survival.action.host, hosts).filter(fits);
  return another === undefined ? (line ?? null) : null;
}

/** Whether fewer of the old processes ran after the end than before it. */
function oldProcessesEnded({ oldProcesses, actionAtMs }: SurvivalEvidence, afterMs: number): boolean {
  const atMs = actionAtMs + afterMs;
  const before = oldProcesses.findLast((look) => look.atMs <= atMs);
  const after = oldProcesses.find((look) => look.atMs >= atMs && look.atMs <= atMs + LOOK_MS && look.count < (before?.count ?? 0));
  return before !== undefined && after !== undefined;
}

interface Seen {
  readonly host: string;
  readonly leg: LegEvidence;
  readonly proof: string;
}

function wireEnder({ chain }: ReloadCut, ground: PacketGround): Seen | 'between' | null {
  const ender = enderOf(chain, ground);
  if (ender === null) return null;
  return ender.kind === 'host' ? ender : 'between';
}

/**
 * The farthest host on the way to the origin that a Close frame was captured to come from. One that follows a Close frame from the other side is
 * its answer (RFC 6455 section 5.5.1): a proxy may say Close to both ends.
 */
function closeMaker(chain: readonly LegEvidence[], { captures }: PacketGround): Seen | null {
  const legs = chain.map((leg) => {
    const [first] = (leg.far?.closing ?? []).filter(({ kind }) => kind === 'close-frame');
    return { leg, event: first?.from === 'b' ? first : undefined };
  });
  if (chain.length === 0 || legs.some(({ leg }) => leg.far === null)) return null;
  const last = legs.findLast(({ event }) => event !== undefined);
  if (last?.event === undefined) return null;
  const proof = `the Close frame began there, on the leg ${last.leg.leg} (${framePlace(last.leg.farFile, last.event.frame, captures)})`;
  return { host: last.leg.to, leg: last.leg, proof };
}
