/** A small repeatable generator (xorshift, 32 bits) of numbers in [0, 1). Not for secrets. */
export function seededRandom(seed: number): () => number {
  // Spread by a constant, so that neighbouring seeds start far apart; a state of 0 would stay 0.
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 0x1_0000_0000;
  };
}
