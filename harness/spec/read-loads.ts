import type { LoadProfile } from '../model/load.ts';
import type { Path } from '../model/path.ts';
import { fewestPorts } from './client-ports.ts';
import { loadProblems } from './load-limits.ts';
import { NAME } from './names.ts';
import { quoted } from './problem.ts';
import { readLoad } from './read-load.ts';
import type { SpecMap } from './spec-map.ts';

const MAX_LOADS = 50;

/** Named profiles. Those that are more than a generator, an address or the memory can take are refused here, before any lab starts. */
export function readLoads(map: SpecMap, paths: readonly Path[], seed: number): Readonly<Record<string, LoadProfile>> {
  if (map.keys.length > MAX_LOADS)
    map.report('SPEC_ERR_WRONG_TYPE', `expected loads to have at most ${MAX_LOADS} profiles, got ${map.keys.length}`);
  const ports = fewestPorts(paths);
  const read = map.keys.slice(0, MAX_LOADS).map((name) => {
    if (!NAME.pattern?.test(name))
      map.reportKey('SPEC_ERR_WRONG_TYPE', `expected the name of a profile to be ${NAME.shape ?? ''}, got ${quoted(name)}`, name);
    const item = map.item(name);
    if (item.node === null) map.reportKey('SPEC_ERR_WRONG_TYPE', `expected ${item.name} to be a map, got nothing`, name);
    const { document } = map;
    const before = document.problems.length;
    const profile = readLoad(document, item, seed);
    // Arithmetic with a number that is wrong in itself would only be noise.
    if (item.node !== null && document.problems.length === before) {
      const written = map.map(name, null);
      for (const { key, message } of loadProblems(profile, ports))
        written.report('SPEC_ERR_LOAD', `expected ${written.name}.${key} ${message}`, written.has(key) ? key : 'connections');
    }
    return [name, profile] as const;
  });
  return Object.fromEntries(read);
}
