import { type OriginConnection } from '../../harness/index.ts';
import { TAG_PARAMETER } from './request-bytes.ts';

type TimedBytes = OriginConnection['received'][number];

const TAG = new RegExp(`${TAG_PARAMETER}=([\\w.-]+)`, 'g');

/**
 * The origin's connections by the tag of the attempt that they carried. A proxy may send several requests over one connection: it is
 * cut where the next tag begins. What carries no tag belongs to no attempt.
 */
export function arrivalsByTag(connections: readonly OriginConnection[]): ReadonlyMap<string, readonly OriginConnection[]> {
  const pieces = connections.flatMap((connection) => piecesOf(connection));
  return new Map([...Map.groupBy(pieces, ({ tag }) => tag)].map(([tag, group]) => [tag, group.map(({ connection }) => connection)]));
}

interface Piece {
  readonly tag: string;
  readonly connection: OriginConnection;
}

function piecesOf(connection: OriginConnection): readonly Piece[] {
  const starts = startsOf(connection.received);
  const [first] = starts;
  if (first === undefined) return [];
  if (starts.length === 1) return [{ tag: first.tag, connection }];
  return starts.map(({ tag, chunk }, index) => {
    const [from, until] = [index === 0 ? 0 : chunk, starts[index + 1]?.chunk ?? connection.received.length];
    const received = connection.received.slice(from, until);
    const fromMs = index === 0 ? -Infinity : (received[0]?.atMs ?? Infinity);
    const untilMs = connection.received[until]?.atMs ?? Infinity;
    const sent = connection.sent.filter(({ atMs }) => atMs >= fromMs && atMs < untilMs);
    const isLast = index === starts.length - 1;
    // Status and refusal are those of the last request that the origin answered on it.
    return { tag, connection: { ...connection, received, sent, ...(isLast ? {} : { status: null, refusal: null }) } };
  });
}

/** Each tag with the chunk in which it first stands. */
function startsOf(received: readonly TimedBytes[]): readonly { readonly tag: string; readonly chunk: number }[] {
  const texts = received.map(({ base64 }) => Buffer.from(base64, 'base64').toString('latin1'));
  const ends = texts.reduce<number[]>((sums, text) => [...sums, (sums.at(-1) ?? 0) + text.length], []);
  const starts = new Map<string, number>();
  for (const match of texts.join('').matchAll(TAG)) {
    const tag = match[1] ?? '';
    if (!starts.has(tag))
      starts.set(
        tag,
        Math.max(
          0,
          ends.findIndex((end) => end > match.index),
        ),
      );
  }
  return [...starts].map(([tag, chunk]) => ({ tag, chunk }));
}
