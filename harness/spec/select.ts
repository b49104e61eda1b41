import { HarnessError } from '../errors.ts';
import { matchesGlob } from '../gate/glob.ts';
import type { Path } from '../model/path.ts';
import { suggestion } from './nearest.ts';
import { quoted } from './problem.ts';

/** The names that match at least one of the patterns, in their own order. SPEC_ERR_NOTHING_SELECTED for a pattern that matches none. */
export function selectNames(names: readonly string[], patterns: readonly string[], what: 'path' | 'scenario' | 'load'): readonly string[] {
  for (const pattern of patterns) {
    if (names.some((name) => matchesGlob(pattern, name))) continue;
    const known = `${names.slice(0, 12).join(', ')}${names.length > 12 ? ', ...' : ''}`;
    throw new HarnessError(
      'SPEC_ERR_NOTHING_SELECTED',
      `expected --${what} to match at least one of ${known}; got ${quoted(pattern)}${suggestion(pattern, names)}`,
    );
  }
  return names.filter((name) => patterns.some((pattern) => matchesGlob(pattern, name)));
}

/** The paths whose ids match one of the patterns, and the control paths they are compared with. No pattern: all paths. */
export function selectPaths(paths: readonly Path[], patterns: readonly string[]): readonly Path[] {
  if (patterns.length === 0) return paths;
  const ids = new Set(
    selectNames(
      paths.map(({ id }) => id),
      patterns,
      'path',
    ),
  );
  const controls = new Set(paths.filter(({ id }) => ids.has(id)).map(({ control }) => control));
  return paths.filter(({ id }) => ids.has(id) || controls.has(id));
}
