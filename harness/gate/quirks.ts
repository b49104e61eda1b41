import type { HostEvidence } from '../model/evidence.ts';
import { type Expectation, isControl, type Path } from '../model/path.ts';
import type { Quirk } from '../model/quirk.ts';

/** What each program is known for, by the name of its service. */
export type QuirksByService = ReadonlyMap<string, readonly Quirk[]>;

/**
 * Paths with the quirks of the programs that ran on them as expectations: those of the versions that were seen. Quirks of one host
 * in one audit and scenario are one expectation, because a finding names all of its cases at once. Pure.
 */
export function withQuirks(paths: readonly Path[], hosts: readonly HostEvidence[], quirks: QuirksByService): readonly Path[] {
  return paths.map((path) => (isControl(path) ? path : { ...path, expect: [...path.expect, ...quirksOn(path, hosts, quirks)] }));
}

function quirksOn(path: Path, hosts: readonly HostEvidence[], quirks: QuirksByService): readonly Expectation[] {
  return path.proxies.flatMap(({ name, service }) => {
    const version = hosts.find(({ host }) => host === name)?.version ?? null;
    const known = (quirks.get(service) ?? []).filter(({ versions }) => versions === undefined || isInRange(version, versions));
    const grouped = Map.groupBy(known, ({ audit, scenario }) => `${audit}/${scenario}`);
    return [...grouped.values()].flatMap((group) => expectationOf(name, group));
  });
}

function expectationOf(host: string, group: readonly Quirk[]): readonly Expectation[] {
  const [first] = group;
  if (first === undefined) return [];
  const because = [...new Set(group.map((quirk) => quirk.because))].join('; ');
  const base = { audit: first.audit, scenario: first.scenario, host, measures: {}, because, quirk: true } as const;
  return group.some(({ cases }) => cases === undefined) ? [base] : [{ ...base, cases: group.flatMap(({ cases }) => cases ?? []) }];
}

/** Whether a version such as `2.6.12` or `http-proxy 1.18.1` is in a range such as `>=2.2 <2.8` or `http-proxy <2`; an unknown one is in none. */
export function isInRange(version: string | null, range: string): boolean {
  if (version === null) return false;
  const words = version.split(' ');
  const number = words.at(-1) ?? '';
  const program = words.slice(0, -1).join(' ');
  return range.split(/\s+/).every((term) => {
    const [, comparator, wanted] = /^(<=|>=|<|>|=)(\d[\d.]*)$/.exec(term) ?? [];
    if (comparator === undefined || wanted === undefined) return term === program;
    return holds(comparator, compareVersions(number, wanted));
  });
}

function holds(comparator: string, order: number): boolean {
  switch (comparator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    default:
      return order === 0;
  }
}

/** Only the numbers that are wanted count: `3.0.5` is equal to `3.0`. */
function compareVersions(actual: string, wanted: string): number {
  const own = numbersOf(actual);
  for (const [index, number] of numbersOf(wanted).entries()) {
    const difference = (own[index] ?? 0) - number;
    if (difference !== 0) return difference;
  }
  return 0;
}

const numbersOf = (version: string): readonly number[] => (version.match(/\d+/g) ?? []).map(Number);
