import type { AbsenceEvidence, EvidenceKind, Recorded } from '../model/evidence.ts';
import { EVIDENCE_KINDS } from '../model/evidence.ts';
import type { Finding } from '../model/finding.ts';
import { isControl } from '../model/path.ts';
import type { Path } from '../model/path.ts';
import type { Audit, EvidenceSet } from './audit.ts';
import { audits as allAudits } from './index.ts';
import { withoutNamesAroundCrash } from './around-crash.ts';
import { evidenceOfPath } from './path-evidence.ts';
import { refsOf, scenarioFindings } from './scenario-findings.ts';
import { withoutKnee } from './without-knee.ts';

type AnyAudit = Audit<EvidenceKind>;

/**
 * Judges every path by every audit, control paths included. Never throws: an audit that does is an inconclusive finding, and
 * the others go on. A finding against a subject whose control path failed the same audit, or was not measured, is inconclusive.
 */
export function auditRun(
  paths: readonly Path[],
  recorded: EvidenceSet,
  audits: readonly AnyAudit[] = allAudits,
): { readonly findings: readonly Finding[] } {
  const evidence = withoutKnee(recorded);
  const findings = paths.flatMap((path) => {
    const control = paths.find(({ id }) => id === path.control);
    const compared = control === undefined ? null : comparisonOf(path, control, evidence);
    return audits
      .filter((audit) => concerns(audit, path))
      .flatMap((audit) => [...evaluate(audit, path, compared, evidence), ...absent(audit, path, evidence)]);
  });
  const compared = findings.map((finding) => comparedWithControl(finding, paths, findings, evidence, audits));
  return { findings: withoutNamesAroundCrash(compared, evidence) };
}

const concerns = ({ judgesOutside }: AnyAudit, { outside }: Path): boolean =>
  (outside !== undefined && 'check' in outside) === (judgesOutside === true);

/** A path with its evidence and what it is compared with. */
interface Comparison {
  readonly control: Path;
  readonly subject: EvidenceSet;
  readonly controlEvidence: EvidenceSet;
}

function comparisonOf(path: Path, control: Path, evidence: EvidenceSet): Comparison {
  const subject = evidenceOfPath(evidence, path, path);
  return { control, subject, controlEvidence: control === path ? subject : evidenceOfPath(evidence, control, path) };
}

function evaluate(audit: AnyAudit, path: Path, compared: Comparison | null, evidence: EvidenceSet): readonly Finding[] {
  if (compared === null) return inScenarios(audit, path, evidence, `${audit.id}: the control path ${path.control} is not in this run`);
  const { control, subject, controlEvidence } = compared;
  try {
    return audit.evaluate({
      path,
      control,
      subject: declared(audit, subject),
      controlEvidence: declared(audit, controlEvidence),
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return inScenarios(audit, path, evidence, `the audit ${audit.id} itself failed and judged nothing: ${reason}`);
  }
}

/** Only what the audit declared: what it did not is not there to be read. */
const declared = (audit: AnyAudit, evidence: EvidenceSet): EvidenceSet =>
  Object.fromEntries(audit.requires.map((kind) => [kind, evidence[kind]])) as unknown as EvidenceSet;

/** An inconclusive finding in each scenario in which the audit had something to judge. */
function inScenarios(audit: AnyAudit, path: Path, evidence: EvidenceSet, summary: string): readonly Finding[] {
  const scenarios = new Set(
    judged(audit, evidence)
      .filter((record) => record.path === path.id)
      .map(({ scenario }) => scenario),
  );
  return [...scenarios].map((scenario) => scenarioFindings(audit.id, path, scenario).inconclusive(summary));
}

interface Placed {
  readonly path: string;
  readonly scenario: string;
}

type SharedKind = 'hosts' | 'links' | 'captures' | 'actions';
const isShared = (kind: EvidenceKind): kind is SharedKind => ['hosts', 'links', 'captures', 'actions'].includes(kind);

/** Evidence of the kinds that an audit judges; hosts, links and captures belong to no single path and only explain. */
const judged = (audit: AnyAudit, evidence: EvidenceSet): readonly Placed[] =>
  audit.judges.flatMap((kind): readonly Placed[] => (isShared(kind) ? [] : evidence[kind]));

/** Scenarios of a path that have a reason to be absent and nothing for this audit to judge. */
function absent(audit: AnyAudit, path: Path, evidence: EvidenceSet): readonly Finding[] {
  if (audit.standsAlone === true) return [];
  const own = evidence.absences.filter(
    (absence) => absence.path === path.id && absence.optional !== true && isConcerned(audit, absence, evidence),
  );
  return [...Map.groupBy(own, ({ scenario }) => scenario)].flatMap(([scenario, absences]) => {
    const isThere = judged(audit, evidence).some((record) => record.path === path.id && record.scenario === scenario);
    const reasons = [...new Set(absences.map(({ because, code }) => `${because} (${code})`))].join('; ');
    const summary = `${audit.title.toLowerCase()}: not measured, ${reasons}`;
    return isThere ? [] : [scenarioFindings(audit.id, path, scenario).inconclusive(summary, { evidence: refsOf(absences) })];
  });
}

/**
 * Whether an audit would have judged what is absent: by the kind that the absence names, else by what the same scenario recorded on
 * other paths; when it recorded nothing anywhere, every audit is concerned.
 */
function isConcerned(audit: AnyAudit, { what, scenario }: Recorded<AbsenceEvidence>, evidence: EvidenceSet): boolean {
  const named = EVIDENCE_KINDS.find((kind) => kind === what);
  if (named !== undefined) return audit.judges.includes(named);
  const isRecorded = (records: readonly Placed[]): boolean => records.some((record) => record.scenario === scenario);
  return isRecorded(judged(audit, evidence)) || !allAudits.some((other) => isRecorded(judged(other, evidence)));
}

/** Decision 1: every run carries its control path, and what fails there too, or was not measured there, accuses nobody. */
function comparedWithControl(
  finding: Finding,
  paths: readonly Path[],
  all: readonly Finding[],
  evidence: EvidenceSet,
  audits: readonly AnyAudit[],
): Finding {
  const path = paths.find(({ id }) => id === finding.path);
  const audit = audits.find(({ id }) => id === finding.auditId);
  if (finding.outcome !== 'fail' || path === undefined || isControl(path) || audit?.standsAlone === true) return finding;
  const onControl = all.filter(
    ({ path: id, auditId, scenario, outcome }) =>
      id === path.control && auditId === finding.auditId && scenario === finding.scenario && outcome === 'fail',
  );
  const [same] = onControl;
  if (same !== undefined && !isAboutOthers(finding, onControl)) {
    return withoutBlame(
      finding,
      `the control path ${path.control} failed this too, so nothing on this path can be accused; on this path: ${finding.summary}`,
      same,
    );
  }
  const isMeasured =
    audit === undefined || judged(audit, evidence).some((record) => record.path === path.control && record.scenario === finding.scenario);
  return isMeasured
    ? finding
    : withoutBlame(
        finding,
        `the control path ${path.control} was not measured in this scenario, so there is nothing to compare with; on this path: ${finding.summary}`,
      );
}

/** Where both say which cases they are about: most of these did not fail on the control path. */
function isAboutOthers({ cases }: Finding, onControl: readonly Finding[]): boolean {
  if (cases === undefined || cases.length === 0 || onControl.some((other) => other.cases === undefined)) return false;
  const failedThere = new Set(onControl.flatMap((other) => other.cases ?? []));
  return cases.filter((id) => !failedThere.has(id)).length > cases.length / 2;
}

const withoutBlame = (finding: Finding, summary: string, control?: Finding): Finding => ({
  ...finding,
  outcome: 'inconclusive',
  summary,
  blame: null,
  evidence: [...finding.evidence, ...(control?.evidence ?? [])],
});
