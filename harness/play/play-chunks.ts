import { seededBytes } from '../measure/seeded-bytes.ts';
import type { PlayBytes } from '../model/play.ts';

/** Longest piece that is made and written at once. */
export const CHUNK_BYTES = 65_536;
/** What is not longer goes out in one write when no cuts are asked for. */
const WHOLE_BYTES = 1_048_576;

const lengthOf = (bytes: PlayBytes): number => ('base64' in bytes ? Buffer.byteLength(bytes.base64, 'base64') : bytes.count);

/** Total length of a step's bytes. */
export const playLength = (bytes: readonly PlayBytes[]): number => bytes.reduce((sum, one) => sum + lengthOf(one), 0);

/** All of them at once: for what is known to be small. */
export const playBuffer = (bytes: readonly PlayBytes[]): Buffer => Buffer.concat([...pieces(bytes)]);

/** The bytes of a step as the writes it is to be sent in: of `writeBytes` each, or whole where that is at most 1 MiB. */
export function* playWrites(bytes: readonly PlayBytes[], writeBytes?: number): Generator<Buffer> {
  if (writeBytes === undefined) {
    if (playLength(bytes) <= WHOLE_BYTES) yield playBuffer(bytes);
    else yield* pieces(bytes);
    return;
  }
  let kept: Buffer[] = [];
  let size = 0;
  for (const piece of pieces(bytes)) {
    let rest = piece;
    while (size + rest.length >= writeBytes) {
      const cut = writeBytes - size;
      yield Buffer.concat([...kept, rest.subarray(0, cut)]);
      rest = rest.subarray(cut);
      kept = [];
      size = 0;
    }
    if (rest.length > 0) kept.push(rest);
    size += rest.length;
  }
  if (size > 0) yield Buffer.concat(kept);
}

function* pieces(bytes: readonly PlayBytes[]): Generator<Buffer> {
  for (const one of bytes) {
    if ('base64' in one) yield Buffer.from(one.base64, 'base64');
    else for (let at = 0; at < one.count; at += CHUNK_BYTES) yield seededBytes(one.seed, Math.min(CHUNK_BYTES, one.count - at), at);
  }
}
