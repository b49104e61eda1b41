import type { JudgedFinding } from '../../harness/model/record.ts';
import { blameLine, configPlace } from '../blame-words.ts';
import { claimOf } from '../claim.ts';
import { evidenceRanges } from '../evidence-ranges.ts';
import { scenariosOf, type Cause } from '../same-cause.ts';
import { clip } from '../visible-text.ts';
import { fencedBlock, markdownText } from './escape.ts';

const TEXT_LIMIT = 2000;
const text = (untrusted: string): string => markdownText(clip(untrusted, TEXT_LIMIT));
const code = (untrusted: string): string => `<code>${text(untrusted)}</code>`;

/** Who did it, what its log and which line of its config say, and who is cleared: what a summary needs beside its sentence. */
export function proofPoints(finding: JudgedFinding): readonly string[] {
  const { blame } = finding;
  const claim = claimOf(finding);
  return [
    ...(blame === null ? [] : [`**Blame:** ${text(blameLine(blame))}`]),
    ...(blame === null || claim.saysWhy ? [] : [`**Because:** ${text(blame.because)}`]),
    ...(claim.log === null ? [] : [`**Log:** ${text(`${claim.log.program}: ${claim.log.words}`)}`]),
    ...(blame?.config
      ? [`**Config:** ${code(configPlace(blame.config))} ${code(blame.config.text)}: ${text(blame.config.explanation)}`]
      : []),
    ...(blame?.innocent ?? []).map((sentence) => `**Cleared:** ${text(sentence)}`),
  ];
}

/** A failure in full: what happened, who did it and which line of which config, who is cleared, how to see it again. */
export function findingBlock(finding: JudgedFinding): string {
  const points = [
    ...proofPoints(finding),
    ...(finding.evidence.length === 0 ? [] : [`**Evidence:** ${evidenceRanges(finding.evidence).map(code).join(', ')}`]),
  ];
  const title = `#### ${code(finding.path)}, ${code(finding.scenario)}: ${text(finding.auditId)}`;
  return [
    title,
    `**${text(claimOf(finding).text)}**`,
    ...(points.length === 0 ? [] : [points.map((point) => `- ${point}`).join('\n')]),
    fencedBlock(clip(finding.reproduce, TEXT_LIMIT), 'sh'),
  ].join('\n\n');
}

/** A cause in one list item, for failures that were declared. */
export function causeItem(cause: Cause): string {
  const { path, blame, ...finding } = cause.lead;
  const place = blame?.config ? ` ${code(configPlace(blame.config))} ${code(blame.config.text)}` : '';
  return `- ${code(path)}, ${text(scenariosOf(cause).join(', '))}: ${text(claimOf({ ...finding, blame }).text)}${place}`;
}
