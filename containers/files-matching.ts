import type { ConfigFile } from '../harness/model/surroundings.ts';

const MAX_PATTERN = 1000;

/**
 * Files that an include means, by name: one file, a pattern with `*`, `?` and `[...]` in any part of the path, or a folder with all below
 * it (Apache; for Caddy a folder means none of them). https://httpd.apache.org/docs/2.4/mod/core.html#include
 */
export function filesMatching(path: string, files: ReadonlyMap<string, ConfigFile>): readonly ConfigFile[] {
  const exact = files.get(path);
  if (exact !== undefined) return [exact];
  const asked = path.slice(0, MAX_PATTERN).replace(/\/+$/, '').split('/');
  const isPattern = /[*?[]/.test(path);
  return [...files.values()]
    .filter((file) => {
      const parts = file.path.split('/');
      return (
        (isPattern ? parts.length === asked.length : parts.length > asked.length) && asked.every((one, at) => matches(one, parts[at] ?? ''))
      );
    })
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** A pattern of one part of a path, without backtracking over more than one `*` at a time. */
function matches(pattern: string, text: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  let from = 0;
  const units = pattern.match(/\[[^\]]+\]|./gs) ?? [];
  while (from < text.length) {
    const unit = units[at];
    if (unit === '*') {
      star = at++;
      resume = from;
    } else if (unit !== undefined && unitMatches(unit, text[from] ?? '')) {
      at++;
      from++;
    } else if (star >= 0) {
      at = star + 1;
      from = ++resume;
    } else return false;
  }
  while (units[at] === '*') at++;
  return at === units.length;
}

function unitMatches(unit: string, character: string): boolean {
  if (unit === '?') return true;
  if (unit.length === 1) return unit === character;
  const negated = /^\[[!^]/.test(unit);
  const inside = unit.slice(negated ? 2 : 1, -1);
  let found = false;
  for (let at = 0; at < inside.length; at++) {
    const first = inside[at] ?? '';
    const last = inside[at + 1] === '-' && at + 2 < inside.length ? (inside[(at += 2)] ?? first) : first;
    if (first <= character && character <= last) found = true;
  }
  return found !== negated;
}
