import { unknownBlame } from '../blame/unknown-blame.ts';
import type { CrashEvidence } from '../model/crash-evidence.ts';
import { EVIDENCE_KINDS, type Recorded } from '../model/evidence.ts';
import type { EvidenceRef, Finding } from '../model/finding.ts';
import type { EvidenceSet } from './audit.ts';

/**
 * Takes the names off findings that may be what a crash did: in a scenario in which a proxy of the path ended by itself, whoever else
 * is blamed for what was seen from then on may only have been beside it. What was over before the crash keeps its name. Pure.
 */
export function withoutNamesAroundCrash(findings: readonly Finding[], evidence: EvidenceSet): readonly Finding[] {
  if (evidence.crashes.length === 0) return findings;
  const endOf = endTimes(evidence);
  return findings.map((finding) => {
    const { blame, outcome } = finding;
    if (outcome !== 'fail' || blame === null || blame.host === 'unknown' || finding.auditId === 'crashed-proxy') return finding;
    const crashes = evidence.crashes.filter(({ path, scenario }) => path === finding.path && scenario === finding.scenario);
    const [crash] = crashes;
    if (crash === undefined || crashes.some(({ host }) => host === blame.host)) return finding;
    if (finding.evidence.length > 0 && finding.evidence.every((ref) => isOverBefore(endOf(ref), crashes))) return finding;
    const because = `${crash.host} crashed in this scenario, so that it is not known who else did anything; without that: ${blame.because}`;
    return { ...finding, summary: `an unknown host: ${because}`, blame: unknownBlame(because) };
  });
}

const isOverBefore = (endedAtMs: number | null | undefined, crashes: readonly Recorded<CrashEvidence>[]): boolean =>
  endedAtMs === null || (endedAtMs !== undefined && crashes.every(({ fromMs }) => endedAtMs < fromMs));

/** When what a line of evidence tells was over; undefined where it does not say, null where it has no time: a host, a link. */
function endTimes(evidence: EvidenceSet): (ref: EvidenceRef) => number | null | undefined {
  const byPlace = new Map<string, number | null | undefined>();
  for (const kind of EVIDENCE_KINDS) {
    for (const record of evidence[kind]) {
      const timeless = kind === 'hosts' || kind === 'links';
      byPlace.set(placeOf(record.ref), timeless ? null : endedAt(record));
    }
  }
  return (ref) => byPlace.get(placeOf(ref));
}

const placeOf = ({ file, line }: EvidenceRef): string => `${file}:${line}`;

const endedAt = (record: object): number | undefined =>
  'endedAtMs' in record && typeof record.endedAtMs === 'number' ? record.endedAtMs : undefined;
