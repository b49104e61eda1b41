import { measuredWords } from '../../harness/measure/policy-words.ts';
import type { ThresholdResult } from '../../harness/model/policy-result.ts';
import type { RunRecord } from '../../harness/model/record.ts';
import { MARKS } from '../cell-mark.ts';
import { baselineLine, mendedLines, quarantineLine, regressionLines, repeatsLine, warningCount } from '../policy-lines.ts';
import { clip } from '../visible-text.ts';
import { markdownText } from './escape.ts';

/** Sentences as points of a list, one string: a block of a section. */
export const bullets = (sentences: readonly string[]): readonly string[] =>
  sentences.map((sentence) => `- ${markdownText(clip(sentence, 1000))}`);

const thresholdRow = ({ path, expect, verdict, known, measured, because }: ThresholdResult): string => {
  const { symbol, text } = MARKS[known === true ? 'known' : verdict];
  const cells = [
    `<code>${markdownText(path)}</code>`,
    markdownText(expect),
    `**${measuredWords({ measured })}**`,
    `${symbol} ${text}`,
    markdownText(clip(because, 300)),
  ];
  return `| ${cells.join(' | ')} |`;
};

/** Thresholds in a table; then what else the policy and the baseline say. Empty where they say nothing. */
export function policySections(record: RunRecord): readonly string[] {
  const { thresholds, quarantines, baseline } = record;
  const table = ['| path | expected | measured | result | from |', '| --- | --- | --- | --- | --- |', ...thresholds.map(thresholdRow)].join(
    '\n',
  );
  const [count, repeats] = [warningCount(record), repeatsLine(record)];
  const notes = [
    ...regressionLines(record).map((line) => `worse: ${line}`),
    ...(baseline === null ? [] : [baselineLine(baseline), ...mendedLines(baseline)]),
    ...(count === null ? [] : [count]),
    ...quarantines.map(quarantineLine),
    ...(repeats === null ? [] : [repeats]),
  ];
  return [
    ...(thresholds.length === 0 ? [] : [`### Thresholds\n\n${table}`]),
    ...(notes.length === 0 ? [] : [`### Policy\n\n${bullets(notes).join('\n')}`]),
  ];
}
