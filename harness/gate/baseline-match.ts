import type { Baseline, KnownFinding } from '../model/baseline.ts';
import type { Finding } from '../model/finding.ts';
import { blamedHost } from './expectations.ts';

/** The findings that a baseline has, each with its entry there. An entry accepts one finding. */
export type KnownFindings = ReadonlyMap<Finding, KnownFinding>;

/**
 * Looks failing findings up in a baseline. One is known by its path, audit, scenario and host, and all of its cases must be; where evidence names no host,
 * whichever was named before will do. The text of the blamed line only tells two such findings apart, because a limit that was mended half-way has another text.
 */
export function knownFindings(findings: readonly Finding[], baseline: Baseline): KnownFindings {
  const known = new Map<Finding, KnownFinding>();
  const used = new Set<KnownFinding>();
  for (const isMatch of [hasSameLine, isSame]) {
    for (const finding of findings) {
      if (known.has(finding)) continue;
      const entry = entriesOf(baseline, finding.path).find((one) => !used.has(one) && isMatch(one, finding));
      if (entry === undefined) continue;
      known.set(finding, entry);
      used.add(entry);
    }
  }
  return known;
}

export const entriesOf = (baseline: Baseline, path: string): readonly KnownFinding[] =>
  Object.hasOwn(baseline.paths, path) ? (baseline.paths[path]?.findings ?? []) : [];

const hasSameLine = (entry: KnownFinding, finding: Finding): boolean =>
  isSame(entry, finding) && entry.host === blamedHost(finding) && entry.config?.text === finding.blame?.config?.text;

/** The same failure, or a part of it. */
const isSame = (entry: KnownFinding, finding: Finding): boolean =>
  isRelated(entry, finding) &&
  (entry.cases === undefined || (finding.cases !== undefined && finding.cases.every((id) => entry.cases?.includes(id) === true)));

/** Whether a finding is about what an entry is about, whichever its cases. */
export const isRelated = (entry: KnownFinding, finding: Finding): boolean =>
  entry.audit === finding.auditId &&
  entry.scenario === finding.scenario &&
  (entry.host === blamedHost(finding) || entry.host === 'unknown' || blamedHost(finding) === 'unknown');
