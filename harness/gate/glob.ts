/**
 * Whether a whole text matches a pattern of literal characters, `*` (any run, also none) and `?` (any one character). Linear in the
 * product of the two lengths; nothing of the pattern is evaluated.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let [at, star, resume] = [0, -1, 0];
  let position = 0;
  while (position < text.length) {
    if (pattern[at] === '*') {
      [star, resume] = [at, position];
      at += 1;
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === text[position])) {
      at += 1;
      position += 1;
    } else if (star >= 0) {
      resume += 1;
      [at, position] = [star + 1, resume];
    } else {
      return false;
    }
  }
  return [...pattern.slice(at)].every((character) => character === '*');
}
