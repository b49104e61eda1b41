import type { JudgedFinding } from '../../harness/model/record.ts';
import { blameLine, configPlace } from '../blame-words.ts';
import { clip } from '../visible-text.ts';
import { fencedBlock, markdownText } from './escape.ts';

const TEXT_LIMIT = 2000;
const text = (untrusted: string): string => markdownText(clip(untrusted, TEXT_LIMIT));
const code = (untrusted: string): string => `<code>${text(untrusted)}</code>`;

/** A failure in full: what happened, who did it and which line of which config, who is cleared, how to see it again. */
export function findingBlock(finding: JudgedFinding): string {
  const { blame } = finding;
  const points = [
    ...(blame === null ? [] : [`**Blame:** ${text(blameLine(blame))}`, `**Because:** ${text(blame.because)}`]),
    ...(blame?.config
      ? [`**Config:** ${code(configPlace(blame.config))} ${code(blame.config.text)}: ${text(blame.config.explanation)}`]
      : []),
    ...(blame?.innocent ?? []).map((sentence) => `**Cleared:** ${text(sentence)}`),
    ...(finding.evidence.length === 0
      ? []
      : [`**Evidence:** ${finding.evidence.map(({ file, line }) => code(`${file}:${String(line)}`)).join(', ')}`]),
  ];
  const title = `#### ${code(finding.path)}, ${code(finding.scenario)}: ${text(finding.auditId)}`;
  return [
    title,
    `**${text(finding.summary)}**`,
    ...(points.length === 0 ? [] : [points.map((point) => `- ${point}`).join('\n')]),
    fencedBlock(clip(finding.reproduce, TEXT_LIMIT), 'sh'),
  ].join('\n\n');
}

/** The same in one list item, for failures that were declared. */
export const findingItem = (finding: JudgedFinding): string =>
  `- ${code(finding.path)}, ${code(finding.scenario)}: ${text(finding.summary)}${finding.blame === null ? '' : ` Blame: ${text(blameLine(finding.blame))}.`}`;
