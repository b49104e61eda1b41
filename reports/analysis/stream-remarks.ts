import type { StreamSeen } from '../../harness/model/capture-analysis.ts';
import { formatCount } from '../numbers.ts';
import { clip } from '../visible-text.ts';
import { formatElapsed, roleOf, type StreamRow } from './stream-facts.ts';

/** What else is to be known of a stream, a few words each. Untrusted: escape them. */
export function remarksOf(row: StreamRow): readonly string[] {
  const { stream } = row;
  const { tls, stalls, mtuBlackhole, oneSided, offloadedFrames, capturedTwice, webSocket, capturedAt, resets } = stream;
  const [longest] = stalls.toSorted((a, b) => b.longestMs - a.longestMs);
  return [
    ...(tls === null ? [] : [tlsWords(tls)]),
    ...(webSocket === null ? [] : [`${formatCount(webSocket.frames)} WebSocket frames`]),
    ...(webSocket === null || webSocket.unreadable.length === 0 ? [] : ['frames unreadable in part']),
    ...(resets.some(({ oddities }) => oddities.length > 0) ? ['odd RST'] : []),
    ...(resets.some(({ isLate }) => isLate) ? ['late RST'] : []),
    ...(mtuBlackhole === null ? [] : [`segments of ${formatCount(mtuBlackhole.segmentBytes)} bytes do not get through`]),
    ...(longest === undefined
      ? []
      : [`${longest.kind === 'zero-window' ? 'no room to receive' : 'waited for an ACK'} ${formatElapsed(longest.longestMs)}`]),
    ...(oneSided === null ? [] : ['one direction only']),
    ...(offloadedFrames > 0 ? ['offloaded'] : []),
    ...(capturedTwice > 0 ? ['captured twice'] : []),
    ...(capturedAt.end === 'unknown'
      ? []
      : [`captured ${capturedAt.end === 'between' ? 'between the ends' : `at the ${roleOf(row, capturedAt.end)}`}`]),
  ];
}

function tlsWords({ version, serverName, alpnChosen, decrypted }: NonNullable<StreamSeen['tls']>): string {
  const parts = [version ?? 'TLS', serverName, alpnChosen].filter((part) => part !== null).map((part) => clip(part, 60));
  return `${parts.join(' ')}${decrypted ? ', decrypted' : ', not read'}`;
}
