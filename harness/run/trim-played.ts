import type { PlayedBytes, PlayedEnd } from '../model/play.ts';

/** What is kept, of at most this length, of a direction whose bytes came as they were sent: the digests say the rest. */
const KEPT_WHEN_EQUAL = 4096;

/** Shortens the kept bytes of those directions that are the same at both ends, so that megabytes of proof stay out of the evidence. */
export function trimmed(client: PlayedEnd, origin: PlayedEnd | null): readonly [PlayedEnd, PlayedEnd | null] {
  if (origin === null) return [client, origin];
  const isUp = client.sent.sha256 === origin.received.sha256;
  const isDown = origin.sent.sha256 === client.received.sha256;
  const cut = (isEqual: boolean, bytes: PlayedBytes): PlayedBytes => (isEqual ? shortened(bytes) : bytes);
  return [
    { ...client, sent: cut(isUp, client.sent), received: cut(isDown, client.received) },
    { ...origin, sent: cut(isDown, origin.sent), received: cut(isUp, origin.received) },
  ];
}

function shortened(bytes: PlayedBytes): PlayedBytes {
  let room = KEPT_WHEN_EQUAL;
  const first = bytes.first.flatMap(({ atMs, base64 }) => {
    if (room <= 0) return [];
    const chunk = Buffer.from(base64, 'base64').subarray(0, room);
    room -= chunk.length;
    return [{ atMs, base64: chunk.toString('base64') }];
  });
  return { ...bytes, first };
}
