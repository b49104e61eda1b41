import type { Finding } from '../model/finding.ts';
import type { Repeats } from '../model/policy-result.ts';
import { blamedHost } from './expectations.ts';

/** Findings of several runs of the same paths, put together. */
export interface RepeatedFindings {
  readonly findings: readonly Finding[];
  /** Of each failing one: in how many of the runs that could tell it was. */
  readonly repeats: ReadonlyMap<Finding, Repeats>;
}

type Runs = readonly (readonly Finding[])[];

/**
 * Judges runs together, oldest first: of each audit on each path in each scenario what the last run that could tell says, and besides every failure that only
 * earlier ones had. Two failures are the same when they blame the same host. Pure.
 */
export function judgeRepeats(runs: Runs): RepeatedFindings {
  const repeats = new Map<Finding, Repeats>();
  const places = new Set(runs.flatMap((findings) => findings.map(placeOf)));
  const byRun = runs.map((findings) => Map.groupBy(findings, placeOf));
  const findings = [...places].flatMap((place) => {
    const groups = byRun.map((groupsOf) => groupsOf.get(place) ?? []);
    const decided = groups.filter(isDecided);
    const last = decided.at(-1) ?? groups.findLast((group) => group.length > 0) ?? [];
    const failures = [...Map.groupBy(groups.flat().filter(isFailure), blamedHost).entries()];
    const earlier = failures.flatMap(([host, group]) => {
      const isThere = last.some((finding) => isFailure(finding) && blamedHost(finding) === host);
      return isThere ? [] : group.slice(-1);
    });
    const all = [...last, ...earlier];
    for (const finding of all.filter(isFailure)) {
      const host = blamedHost(finding);
      const failed = groups.filter((group) => group.some((one) => isFailure(one) && blamedHost(one) === host)).length;
      repeats.set(finding, { failed, of: Math.max(failed, decided.length) });
    }
    return all;
  });
  return { findings, repeats };
}

const placeOf = ({ auditId, path, scenario }: Finding): string => JSON.stringify([auditId, path, scenario]);

const isFailure = ({ outcome }: Finding): boolean => outcome === 'fail';

const isDecided = (group: readonly Finding[]): boolean => group.length > 0 && group.every(({ outcome }) => outcome !== 'inconclusive');
