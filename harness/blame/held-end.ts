import type { ClosingEvent, StreamEnd } from '../model/capture-analysis.ts';
import type { Blame } from '../model/finding.ts';
import type { HostEvidence } from '../model/evidence.ts';
import type { Direction } from '../model/impairment.ts';
import type { Path } from '../model/path.ts';
import type { CaptureEvidence, LegEvidence, LegStream } from '../model/wire-evidence.ts';
import { blameLinkOf } from './blame-link.ts';
import { confidenceIn } from './capture-trust.ts';
import { hostTitle } from './host-title.ts';
import { unknownBlame } from './unknown-blame.ts';

/** An end of a connection that one host said and the other never saw, saw as another kind, or saw late. */
export interface HeldEnd {
  readonly path: Path;
  readonly hosts: readonly HostEvidence[];
  readonly captures: readonly CaptureEvidence[];
  /** The way the end had to go. */
  readonly direction: Direction;
  /** Connections that carried it, client leg first; empty where they are not known. */
  readonly chain: readonly LegEvidence[];
  readonly withinMs: number;
  /** What the other end saw, to follow a name: `never passed on the origin's end`. */
  readonly did: string;
  readonly wasReset: boolean;
}

/**
 * Who kept it back: the first host to which it came and that did not pass it on in time and in kind, by the captures at both ends of
 * its legs. Without captures the only proxy of a path, because the ends say what they did themselves and links cannot end a stream.
 */
export function blameHeldEnd(held: HeldEnd): Blame {
  const { path, hosts, direction, chain, did } = held;
  const seen = whereItStopped(held);
  if (seen !== null) return seen;
  const [only, another] = path.proxies;
  const isCaptured = chain.length > 0 && chain.every(({ near, far }) => near !== null && far !== null);
  if (only === undefined || another !== undefined || isCaptured)
    return unknownBlame(`an end was ${did.replace(/^never /, 'not ')}, and no capture shows where it stopped`);
  const because = `${hostTitle(only.name, hosts)} ${did}: both ends say what they did, and nothing else ends connections on this path`;
  return { host: only.name, leg: null, direction, confidence: 'likely', because, config: null, innocent: [] };
}

function whereItStopped(held: HeldEnd): Blame | null {
  const { path, hosts, captures, direction, chain, did, withinMs, wasReset } = held;
  if (chain.length !== path.proxies.length + 1 || path.proxies.length === 0) return null;
  const onward = direction === 'to-origin' ? chain : chain.toReversed();
  for (const [index, leg] of onward.entries()) {
    const [sent, came] = endsOn(leg, direction);
    if (sent === null) return null;
    if (came === null) {
      // A leg lost it: what two captures disagree about is only theirs to say when both are whole.
      if (leg.transit === null || leg.near === null || leg.far === null) return null;
      return blameLinkOf(
        leg,
        direction,
        `an end left ${senderOf(leg, direction)} and did not come to the other end of the leg ${leg.leg}`,
        'likely',
      );
    }
    const next = onward[index + 1];
    if (next === undefined) return null;
    const [passed] = endsOn(next, direction);
    // It was over there before, for another reason, and what came afterwards decided nothing.
    if (passed !== null && passed.atMs < came.atMs) return null;
    const isSame = passed !== null && (passed.kind === 'rst') === (came.kind === 'rst' && wasReset);
    if (passed !== null && passed.atMs - came.atMs <= withinMs && isSame) continue;
    const host = direction === 'to-origin' ? leg.to : leg.from;
    const how =
      passed === null
        ? `and nothing left it on ${next.leg}`
        : `and ${wordOf(passed)} left it on ${next.leg} ${Math.round(passed.atMs - came.atMs)} ms later`;
    const because = `${hostTitle(host, hosts)} ${did}: ${wordOf(came)} came to it on ${leg.leg} ${how}`;
    return { host, leg: next.leg, direction, confidence: confidenceIn(next, captures), because, config: null, innocent: [] };
  }
  return null;
}

const senderOf = (leg: LegEvidence, direction: Direction): string => (direction === 'to-origin' ? leg.from : leg.to);
const wordOf = ({ kind }: ClosingEvent): string => (kind === 'rst' ? 'an RST' : 'a FIN');

/** The end of one leg in a direction as its sender's capture and as its receiver's shows it. */
function endsOn({ near, far }: LegEvidence, direction: Direction): readonly [ClosingEvent | null, ClosingEvent | null] {
  const from: StreamEnd = direction === 'to-origin' ? 'a' : 'b';
  const [sender, receiver] = direction === 'to-origin' ? [near, far] : [far, near];
  return [endOf(sender, from), endOf(receiver, from)];
}

const endOf = (seen: LegStream | null, end: StreamEnd): ClosingEvent | null =>
  seen?.closing.find(({ kind, from }) => from === end && (kind === 'fin' || kind === 'rst')) ?? null;
