import type { JudgedFinding } from '../../harness/model/record.ts';
import { blameLine, configPlace } from '../blame-words.ts';
import { claimOf } from '../claim.ts';
import { evidenceRanges } from '../evidence-ranges.ts';
import { patchFileOf } from '../../harness/model/remedy.ts';
import { diffLines, remedyOf } from '../remedy-words.ts';
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

/** What to do, whether that was tried, and the patch. */
export function cureBlock(finding: JudgedFinding): readonly string[] {
  const remedy = remedyOf(finding);
  if (remedy === null) return [];
  const { lines, more } = diffLines(remedy.patch);
  const words = `**Cure (${remedy.status}):** ${text(remedy.title)} Patch: ${code(patchFileOf(remedy))}; ${text(remedy.source)}`;
  const shown = [...lines.map((line) => clip(line.text, TEXT_LIMIT)), ...(more > 0 ? [`(${String(more)} more lines)`] : [])];
  return [words, fencedBlock(shown, 'diff')];
}

/** A failure in full: what happened, who did it and which line of which config, who is cleared, how to see it again. */
export function findingBlock(finding: JudgedFinding, pathName: string = finding.path): string {
  const points = [
    ...proofPoints(finding),
    ...(finding.evidence.length === 0 ? [] : [`**Evidence:** ${evidenceRanges(finding.evidence).map(code).join(', ')}`]),
  ];
  const title = `#### ${code(pathName)}, ${code(finding.scenario)}: ${text(finding.auditId)}`;
  return [
    title,
    `**${text(claimOf(finding).text)}**`,
    ...(points.length === 0 ? [] : [points.map((point) => `- ${point}`).join('\n')]),
    ...cureBlock(finding),
    fencedBlock(clip(finding.reproduce, TEXT_LIMIT), 'sh'),
  ].join('\n\n');
}

/** A cause in one list item, for failures that were declared. */
export function causeItem(cause: Cause): string {
  const { path, blame, ...finding } = cause.lead;
  const place = blame?.config ? ` ${code(configPlace(blame.config))} ${code(blame.config.text)}` : '';
  const remedy = remedyOf(cause.lead);
  const cure = remedy === null ? '' : `; cure (${remedy.status}): ${text(remedy.title)} ${code(patchFileOf(remedy))}`;
  return `- ${code(path)}, ${text(scenariosOf(cause).join(', '))}: ${text(claimOf({ ...finding, blame }).text)}${place}${cure}`;
}
