import type { Recorded } from '../model/evidence.ts';
import type { Direction } from '../model/impairment.ts';
import { outcomeLabel } from '../model/outcome.ts';
import type { PlayEvidence } from '../model/play-evidence.ts';
import type { PlayedBytes, PlayedEnd } from '../model/play.ts';

export type Play = Recorded<PlayEvidence>;

/** One direction of a play with both of its ends. */
export interface PlayDirection {
  readonly play: Play;
  readonly direction: Direction;
  readonly owes: 'all' | 'prefix' | undefined;
  readonly sender: PlayedEnd;
  readonly receiver: PlayedEnd;
  readonly sent: PlayedBytes;
  readonly received: PlayedBytes;
}

/** Both directions of the plays that were upgraded and whose both ends were seen. */
export const directionsOf = (plays: readonly Play[]): readonly PlayDirection[] =>
  plays.flatMap((play): readonly PlayDirection[] => {
    const { client, origin, expectation } = play;
    if (origin === null || outcomeLabel(play.outcome) !== '101') return [];
    return [
      {
        play,
        direction: 'to-origin',
        owes: expectation.toOrigin,
        sender: client,
        receiver: origin,
        sent: client.sent,
        received: origin.received,
      },
      {
        play,
        direction: 'to-client',
        owes: expectation.toClient,
        sender: origin,
        receiver: client,
        sent: origin.sent,
        received: client.received,
      },
    ];
  });

/** The kept bytes of one direction at one end. */
export const keptBytes = ({ first }: PlayedBytes): Buffer => Buffer.concat(first.map(({ base64 }) => Buffer.from(base64, 'base64')));

/** When an end sent a FIN because its script said so, and not because it was over; null when it did not. */
export function scriptedFinMs({ events, steps }: PlayedEnd): number | null {
  const fin = events.find(({ kind }) => kind === 'fin-sent');
  if (fin === undefined) return null;
  const isOwn = steps.some(({ startedAtMs, endedAtMs }) => startedAtMs <= fin.atMs && (endedAtMs === null || endedAtMs >= fin.atMs));
  return isOwn ? fin.atMs : null;
}

/** The end that ended its direction by its script before anything else had ended there, when the other end did not so too; null when none did. */
export function halfClosedBy({ client, origin }: Play): 'client' | 'origin' | null {
  const [fromClient, fromOrigin] = [isFirstToEnd(client), origin !== null && isFirstToEnd(origin)];
  if (fromClient === fromOrigin) return null;
  return fromClient ? 'client' : 'origin';
}

const isFirstToEnd = (end: PlayedEnd): boolean => end.events[0]?.kind === 'fin-sent' && scriptedFinMs(end) !== null;
