const SPECIAL = /[*?[]/;
/** Longer patterns than this are no file names. */
const MAX_PATTERN = 1000;

/** Whether nginx reads the name of an include as a pattern (ngx_conf_include in ngx_conf_file.c). */
export const isPattern = (path: string): boolean => SPECIAL.test(path);

/**
 * glob(3) without flags, as nginx calls it: `*`, `?` and `[...]` match no slash and no leading dot. Linear in both lengths for each `*`, so
 * that no pattern can make it slow.
 */
export function matchesPattern(pattern: string, path: string): boolean {
  if (pattern.length > MAX_PATTERN || path.length > MAX_PATTERN) return false;
  const patterns = pattern.split('/');
  const names = path.split('/');
  return patterns.length === names.length && patterns.every((one, index) => matchesName(one, names[index] ?? ''));
}

function matchesName(pattern: string, name: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false;
  let at = 0;
  let from = 0;
  let star = -1;
  let retry = 0;
  while (from < name.length) {
    const width = pattern[at] === '*' ? 0 : matchedWidth(pattern, at, name.charAt(from));
    if (pattern[at] === '*') {
      star = at;
      at += 1;
      retry = from;
    } else if (width > 0) {
      at += width;
      from += 1;
    } else if (star >= 0) {
      at = star + 1;
      retry += 1;
      from = retry;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(at));
}

/** How many characters of the pattern one character of the name takes; 0 where it does not match. */
function matchedWidth(pattern: string, at: number, character: string): number {
  if (pattern[at] === '?') return 1;
  const close = pattern[at] === '[' ? pattern.indexOf(']', at + 2 + (/[!^]/.test(pattern[at + 1] ?? '') ? 1 : 0)) : -1;
  if (close < 0) {
    if (pattern[at] === '\\') return pattern[at + 1] === character ? 2 : 0;
    return pattern[at] === character ? 1 : 0;
  }
  const isNegated = /[!^]/.test(pattern[at + 1] ?? '');
  const members = pattern.slice(at + (isNegated ? 2 : 1), close);
  return isMember(members, character) === isNegated ? 0 : close - at + 1;
}

function isMember(members: string, character: string): boolean {
  for (let at = 0; at < members.length; at += 1) {
    const low = members.charAt(at);
    if (members[at + 1] === '-' && at + 2 < members.length) {
      if (low <= character && character <= members.charAt(at + 2)) return true;
      at += 2;
    } else if (low === character) return true;
  }
  return false;
}
