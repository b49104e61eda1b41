import { legsOf } from '../model/path.ts';
import type { Direction } from '../model/impairment.ts';
import type { StreamEnd } from '../model/capture-analysis.ts';
import type { WebSocketSeen } from '../model/content-analysis.ts';
import type { LegEvidence } from '../model/wire-evidence.ts';
import { doubtAboutBoth } from './capture-trust.ts';
import { disagreementAbout, type PacketGround } from './packet-ground.ts';

/** A host that got messages and did not pass them on, or (the origin) did not answer them. */
export interface Keeper {
  readonly host: string;
  readonly leg: string;
  readonly direction: Direction;
  readonly got: number;
  readonly passedOn: number;
}

/** The keeper must have kept nearly all that is missing; else several did, or they were on their way when the watch ended. */
const MIN_SHARE = 0.9;

/**
 * Who kept `missing` messages of a load, by the messages in the captures on both sides of each host: what came to it against what left
 * it. Null where a capture is missing or doubted, a leg is encrypted, or nobody or more than one fits.
 */
export function keeperOf(missing: number, ground: PacketGround): Keeper | null {
  const counts = legsOf(ground.path).map(({ name, to }) => ({
    name,
    to,
    seen: messagesOn(
      ground.legs.filter(({ leg }) => leg === name),
      ground,
    ),
  }));
  const keepers = counts.flatMap(({ name, to, seen }, index): readonly (Keeper & { readonly kept: number })[] => {
    const next = counts[index + 1];
    if (next === undefined) {
      if (seen === null) return [];
      return [keeper(to, name, 'to-client', seen.arrived, seen.answered)];
    }
    if (seen === null || next.seen === null) return [];
    return [
      keeper(to, next.name, 'to-origin', seen.arrived, next.seen.sent),
      keeper(to, name, 'to-client', next.seen.returned, seen.answered),
    ];
  });
  const fitting = keepers.filter(({ kept }) => missing > 0 && kept >= MIN_SHARE * missing);
  return fitting.length === 1 ? (fitting[0] ?? null) : null;
}

/** Where nothing was passed on, all was kept, even where not all that came can be counted. Null: what was passed on cannot be. */
function keeper(host: string, leg: string, direction: Direction, got: Count, passedOn: Count): Keeper & { readonly kept: number } {
  const kept = !passedOn.isExact ? 0 : passedOn.messages === 0 && got.messages > 0 ? Infinity : got.messages - passedOn.messages;
  return { host, leg, direction, got: got.messages, passedOn: passedOn.messages, kept };
}

interface Count {
  readonly messages: number;
  /** False: there were more, which a capture of headers does not show. */
  readonly isExact: boolean;
}

interface Messages {
  /** Left the near end, and came to the far one. */
  readonly sent: Count;
  readonly arrived: Count;
  /** Left the far end, and came back to the near one. */
  readonly answered: Count;
  readonly returned: Count;
}

const NONE: Count = { messages: 0, isExact: true };

function plus(sum: Count, seen: WebSocketSeen, from: StreamEnd): Count {
  const messages = from === 'a' ? seen.messages.aToB : seen.messages.bToA;
  return { messages: sum.messages + messages, isExact: sum.isExact && seen.unreadable.every((part) => part.from !== from) };
}

/** Sums over all connections of a leg that carried a socket; null when one of them cannot be counted. */
function messagesOn(legs: readonly LegEvidence[], ground: PacketGround): Messages | null {
  let sum: Messages = { sent: NONE, arrived: NONE, answered: NONE, returned: NONE };
  for (const leg of legs) {
    const [near, far] = [leg.near, leg.far];
    if (near === null || far === null || doubtAboutBoth(leg, ground) !== null || disagreementAbout(leg, ground.instruments) !== null)
      return null;
    if ([near, far].some(({ tls }) => tls !== null && !tls.decrypted)) return null;
    const [sent, came] = [near.webSocket, far.webSocket];
    if (sent === null || came === null) continue;
    sum = {
      sent: plus(sum.sent, sent, 'a'),
      arrived: plus(sum.arrived, came, 'a'),
      answered: plus(sum.answered, came, 'b'),
      returned: plus(sum.returned, sent, 'b'),
    };
  }
  return legs.length === 0 ? null : sum;
}
