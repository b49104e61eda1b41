/** A seed of its own for each of the things that a run seeds, by their names: the order in which they are done does not matter (FNV-1a, 32 bits). */
export function seedOf(seed: number, ...names: readonly string[]): number {
  let hash = 0x811c9dc5 ^ Math.imul(seed + 1, 0x9e3779b1);
  for (const character of names.join('\n')) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}
