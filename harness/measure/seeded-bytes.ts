const BLOCK_BYTES = 65_536;
const BLOCK_WORDS = BLOCK_BYTES / 4;

/**
 * `count` pseudo-random bytes of a stream that `seed` names, from `offset` on: the same at both ends of a connection, piece by
 * piece or whole. Made in blocks of 64 KiB, so pieces that begin at a multiple of that are the cheapest. Not for secrets.
 */
export function seededBytes(seed: number, count: number, offset = 0): Buffer {
  const bytes = Buffer.allocUnsafe(count);
  for (let at = 0; at < count; ) {
    const position = offset + at;
    const index = Math.floor(position / BLOCK_BYTES);
    const from = position - index * BLOCK_BYTES;
    const length = Math.min(BLOCK_BYTES - from, count - at);
    block(seed, index, from + length).copy(bytes, at, from, from + length);
    at += length;
  }
  return bytes;
}

/** The first bytes of one block (xorshift, 32 bits). */
function block(seed: number, index: number, byteCount: number): Buffer {
  const words = new Uint32Array(Math.min(BLOCK_WORDS, Math.ceil(byteCount / 4)));
  // Spread by constants, so that neighbouring seeds and blocks start far apart; a state of 0 would stay 0.
  let state = Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b) || 1;
  for (let at = 0; at < words.length; at += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[at] = state;
  }
  return Buffer.from(words.buffer);
}
