import { defineAudit } from './audit.ts';
import { judgePlays, type PlayFault } from './judge-plays.ts';
import { directionsOf, keptBytes, type Play, type PlayDirection } from './play-directions.ts';

const senderWord = ({ direction }: PlayDirection): string => (direction === 'to-origin' ? 'the client' : 'the origin');

/** Behind the 101 every byte that comes must be the byte that was sent, at its place. */
export const alteredStream = defineAudit({
  id: 'altered-stream',
  title: 'Bytes came through the tunnel as they were sent',
  failureTitle: 'Bytes were changed in the tunnel',
  cite: 'RFC 6455 section 5.2, RFC 9110 section 7.8',
  requires: ['plays', 'hosts'],
  judges: ['plays'],
  evaluate: (input) =>
    judgePlays(input, {
      auditId: 'altered-stream',
      well: 'carried their bytes unchanged',
      concerns: (play) => directionsOf([play]).some(({ owes }) => owes !== undefined),
      faultOf,
    }),
});

function faultOf(play: Play): PlayFault | null {
  for (const direction of directionsOf([play])) {
    const offset = direction.owes === undefined ? null : differingOffset(direction);
    if (offset === null) continue;
    const where = offset < 0 ? 'some byte beyond the first 64 KiB' : `byte ${offset}`;
    const did = `changed ${where} of the ${direction.sent.bytes} that ${senderWord(direction)} sent`;
    return { play, direction: direction.direction, did, measures: offset < 0 ? {} : { offsetBytes: offset } };
  }
  return null;
}

/**
 * Where what came is first not what was sent, or null when it is a beginning of it as far as can be told: of a direction that is not
 * whole only the kept bytes can be compared. -1: somewhere beyond them.
 */
function differingOffset({ sent, received }: PlayDirection): number | null {
  if (sent.sha256 === received.sha256 && sent.bytes === received.bytes) return null;
  const [before, after] = [keptBytes(sent), keptBytes(received)];
  const common = Math.min(before.length, after.length);
  for (let at = 0; at < common; at += 1) if (before[at] !== after[at]) return at;
  if (received.bytes > sent.bytes) return sent.bytes;
  return received.bytes === sent.bytes ? -1 : null;
}
