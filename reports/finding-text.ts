import type { JudgedFinding } from '../harness/model/record.ts';
import { blameLine, configPlace } from './blame-words.ts';
import { claimOf } from './claim.ts';
import { evidenceRanges } from './evidence-ranges.ts';
import { cureLine, remedyOf } from './remedy-words.ts';

/** A finding as plain lines (untrusted text, not escaped yet) for reports that carry no markup. */
export function findingLines(finding: JudgedFinding): readonly string[] {
  const { blame } = finding;
  const remedy = remedyOf(finding);
  return [
    finding.summary,
    ...(blame === null ? [] : [`blame: ${blameLine(blame)}`]),
    ...(blame === null || claimOf(finding).saysWhy ? [] : [`because: ${blame.because}`]),
    ...(blame?.config ? [`config: ${configPlace(blame.config)}: ${blame.config.text}`, `        ${blame.config.explanation}`] : []),
    ...(remedy === null ? [] : [`cure: ${cureLine(remedy)}`]),
    ...(blame?.innocent ?? []).map((sentence) => `cleared: ${sentence}`),
    ...evidenceRanges(finding.evidence).map((range) => `evidence: ${range}`),
    `reproduce: ${finding.reproduce}`,
  ];
}
