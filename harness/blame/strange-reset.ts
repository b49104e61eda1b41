import type { LegEvidence } from '../model/wire-evidence.ts';
import type { Direction } from '../model/impairment.ts';
import { doubtAbout, doubtAboutBoth } from './capture-trust.ts';
import type { LegSide, PacketGround } from './packet-ground.ts';

/** A reset that came to one end of a leg in the other's name, and that the other's capture has not sent. */
export interface StrangeReset {
  readonly side: LegSide;
  readonly receiver: string;
  readonly sender: string;
  readonly direction: Direction;
  /** In the receiver's capture. */
  readonly frame: number;
  readonly atMs: number;
  readonly file: string | null;
  readonly oddities: readonly string[];
  /** Why the sender's capture may have missed it; null when it can be relied on. */
  readonly doubt: string | null;
}

/** The first one at each end of a connection. */
export const strangeResetsOf = (leg: LegEvidence, ground: PacketGround): readonly StrangeReset[] =>
  leg.transit === null ? answeredBefore(leg, ground) : [...strangersAt(leg, 'near', ground), ...strangersAt(leg, 'far', ground)];

function strangersAt(leg: LegEvidence, side: LegSide, ground: PacketGround): readonly StrangeReset[] {
  const arrived = (leg.transit?.resets ?? []).filter(({ arrivedAt }) => arrivedAt === side);
  const first = arrived.findIndex(({ transitMs }) => transitMs === null);
  const stranger = arrived[first];
  const sender = side === 'near' ? leg.far : leg.near;
  // Behind one that was sent, it is that one again: a link may deliver a packet twice.
  if (stranger === undefined || first > 0) return [];
  // Sent before the sender's capture had anything of this connection, it would not be there.
  if (sender === null || sender.startedAtMs >= stranger.atMs) return [];
  return [strangeReset(leg, side, stranger, ground)];
}

/**
 * A connection that was answered with a reset, and of which the other end's capture has nothing at all although it ran the whole time: it never got there. Not
 * told of ports that were used again in the scenario, where two connections may have been taken for one.
 */
function answeredBefore(leg: LegEvidence, ground: PacketGround): readonly StrangeReset[] {
  if (leg.near === null || leg.far !== null || leg.farFile === null) return [];
  const reset = leg.near.resets.find(({ from }) => from === 'b');
  const isSamePort = (other: LegEvidence): boolean =>
    other.leg === leg.leg && other.scenario === leg.scenario && other.clientPort === leg.clientPort;
  if (reset === undefined || ground.legs.filter(isSamePort).length !== 1) return [];
  const startedMs = leg.near.startedAtMs;
  const hasBegun = ground.legs.some(
    ({ farFile, nearFile, far, near }) =>
      (farFile === leg.farFile && (far?.startedAtMs ?? Infinity) < startedMs) ||
      (nearFile === leg.farFile && (near?.startedAtMs ?? Infinity) < startedMs),
  );
  return hasBegun ? [strangeReset(leg, 'near', reset, ground)] : [];
}

function strangeReset(
  leg: LegEvidence,
  side: LegSide,
  { frame, atMs }: { readonly frame: number; readonly atMs: number },
  ground: PacketGround,
): StrangeReset {
  const isNear = side === 'near';
  const seen = isNear ? leg.near : leg.far;
  return {
    side,
    receiver: isNear ? leg.from : leg.to,
    sender: isNear ? leg.to : leg.from,
    direction: isNear ? 'to-client' : 'to-origin',
    frame,
    atMs,
    file: isNear ? leg.nearFile : leg.farFile,
    oddities: seen?.resets.find((reset) => reset.frame === frame)?.oddities ?? [],
    doubt: doubtAboutBoth(leg, ground) ?? doubtAbout(leg, isNear ? 'far' : 'near', atMs, ground),
  };
}

/** `both client and haproxy got a reset that the other had not sent (TTL 254 ...)`; empty when there is none. */
export function strangeResetWords(leg: LegEvidence, strangers: readonly StrangeReset[]): string {
  const [first, another] = strangers;
  if (first === undefined) return '';
  const odd = strangers.flatMap(({ oddities }) => oddities)[0];
  const oddWords = odd === undefined ? '' : ` (${odd})`;
  return another === undefined
    ? `${first.receiver} got a reset in the name of ${first.sender}, which had not sent it${oddWords}`
    : `both ${leg.from} and ${leg.to} got a reset that the other had not sent${oddWords}`;
}
