import type { JudgedFinding, RunRecord } from '../../harness/model/record.ts';
import { unmetSentence } from '../blame-words.ts';
import { claimOf } from '../claim.ts';
import { doubtWords, instrumentCheck, toldDoubts } from '../instrument-check.ts';
import { leadOf } from '../lead.ts';
import { kneeLines, loadLines } from '../load-lines.ts';
import { notMeasuredLines } from '../not-measured.ts';
import { formatDuration, plural } from '../numbers.ts';
import { warningLine } from '../policy-lines.ts';
import { pathNameOf } from '../path-name.ts';
import { quirkWords } from '../quirk-words.ts';
import { failuresIn, unmetExpectations } from '../reading-order.ts';
import { byCause } from '../same-cause.ts';
import { clip } from '../visible-text.ts';
import type { Reporter } from '../reporter.ts';
import { markdownText } from './escape.ts';
import { causeItem, cureBlock, findingBlock, proofPoints } from './finding-block.ts';
import { matrixTable } from './matrix.ts';
import { subjectTables } from './subject-tables.ts';
import { bullets, policySections } from './policy-sections.ts';

/** GitHub refuses a step summary over 1 MiB; the rest is room for what other steps of the job append to the same file. */
const BYTE_LIMIT = 900 * 1024;
/** Room for the sentence that says what was left out. */
const NOTE_BYTES = 200;

const VERDICT_SYMBOL = { pass: '✅', inconclusive: '❔', fail: '❌', error: '💥' } as const;

/** The proof of an incident that was reproduced; what nobody declared has a section of its own below. */
function proofOf(record: RunRecord, lead: JudgedFinding): readonly string[] {
  if (!lead.expected) return [];
  const incident = record.paths.find(({ path }) => path.id === lead.path)?.path.incident ?? '';
  const told = `**Incident ${markdownText(incident)}** reproduced, as declared: <code>${markdownText(lead.path)}</code>, ${markdownText(lead.scenario)}`;
  return [[told, ...proofPoints(lead)].map((point) => `- ${point}`).join('\n'), ...cureBlock(lead)];
}

function instruments(record: RunRecord): string {
  const check = instrumentCheck(record);
  const { told, more } = toldDoubts(check);
  const doubts = [...told.map(doubtWords), ...(more === null ? [] : [more])].map((doubt) => `- ${markdownText(clip(doubt, 600))}`);
  const sentence = `**Instrument check:** ${markdownText(clip(check.sentence, 600))}${doubts.length > 0 ? '; not on:' : ''}`;
  return [sentence, ...(doubts.length > 0 ? [doubts.join('\n')] : [])].join('\n\n');
}

function head(record: RunRecord): string {
  const { run, lab, machine, tool } = record;
  const facts = [
    `**Verdict: ${record.verdict}** (exit code ${String(record.exitCode)})`,
    `${plural(record.paths.length, 'path')} × ${plural(record.scenarios.length, 'scenario')}`,
    `${markdownText(run.specLabel)}, seed ${String(run.seed)}, ${formatDuration(run.elapsedMs)}${run.interrupted ? ', interrupted' : ''}`,
    `${lab.kind === 'none' ? 'no' : lab.kind} lab: ${markdownText(lab.because)}`,
    Object.entries(lab.versions)
      .map(([name, version]) => markdownText(`${name} ${version}`))
      .join(', '),
    `${markdownText(machine.kernel)}, hopscope ${markdownText(tool.version)}`,
  ].filter((fact) => fact !== '');
  const note = run.timeScaleNote === null ? [] : [`> ${markdownText(run.timeScaleNote)}`];
  const lead = leadOf(record);
  const answer = lead === null ? record.headline : claimOf(lead).text;
  const proof = lead === null ? [] : proofOf(record, lead);
  const title = `## ${VERDICT_SYMBOL[record.verdict]} Hopscope: ${markdownText(clip(answer, 2000))}`;
  return [title, facts.join(' · '), ...proof, instruments(record), ...note].join('\n\n');
}

/** Each load and each search as a point of a list. */
function loads(record: RunRecord): readonly string[] {
  const points = [
    ...record.loadComparisons.map((load) => {
      const { title, facts } = loadLines(record, load);
      return `- **${markdownText(clip(title, 300))}:** ${facts.map((fact) => markdownText(clip(fact, 600))).join('; ')}`;
    }),
    ...kneeLines(record).map((sentence) => `- **Knee:** ${markdownText(clip(sentence, 900))}`),
  ];
  return points.length === 0 ? [] : [`### Loads\n\n${points.join('\n')}`];
}

function sections(record: RunRecord): readonly string[] {
  const { unexpected, inconclusive, warnings, known, declared, quirks } = failuresIn(record);
  const unmet = unmetExpectations(record);
  const titled = (title: string, blocks: readonly string[]): readonly string[] =>
    blocks.length === 0 ? [] : [`### ${title} (${String(blocks.length)})\n\n${blocks[0] ?? ''}`, ...blocks.slice(1)];
  const listed = (title: string, items: readonly string[]): readonly string[] =>
    items.length === 0 ? [] : [`<details><summary>${title} (${String(items.length)})</summary>\n\n${items.join('\n')}\n\n</details>`];
  return [
    ...titled(
      'Unexpected failures',
      unexpected.map((it) => findingBlock(it, pathNameOf(record, it.path))),
    ),
    ...titled(
      'Declared failures that did not come true',
      unmet.map((it) => `- <code>${markdownText(it.path)}</code>: ${markdownText(clip(unmetSentence(it), 2000))}`),
    ),
    ...titled(
      'Inconclusive',
      inconclusive.map((it) => findingBlock(it, pathNameOf(record, it.path))),
    ),
    ...policySections(record),
    ...(warnings.length === 0
      ? []
      : [`### Warnings (${String(warnings.length)})\n\n${bullets(warnings.map((it) => warningLine(record, it))).join('\n')}`]),
    ...loads(record),
    ...listed('In the baseline', byCause(known).map(causeItem)),
    ...listed('Failures as declared', byCause(declared).map(causeItem)),
    ...listed(
      'Known quirks',
      quirks.map(
        (it) =>
          `- <code>${markdownText(pathNameOf(record, it.path))}</code>, ${markdownText(it.scenario)}: ${markdownText(clip(quirkWords(it), 600))}`,
      ),
    ),
    ...listed(
      'Not measured',
      notMeasuredLines(record).map((sentence) => `- ${markdownText(clip(sentence, 2000))}`),
    ),
  ];
}

/** Parts in order as long as they fit; a part that does not is left out, and the count is said. */
function fit(parts: readonly string[], limit: number): string {
  const kept: string[] = [];
  let bytes = 0;
  for (const part of parts) {
    bytes += Buffer.byteLength(part) + 2;
    if (bytes > limit) break;
    kept.push(part);
  }
  const left = parts.length - kept.length;
  return [
    ...kept,
    ...(left === 0 ? [] : [`> ${plural(left, 'more section')} left out: a step summary may hold 1 MiB. report.html has everything.`]),
  ].join('\n\n');
}

/** GitHub Flavored Markdown in so many bytes at the most, sections left out with a word where they do not fit. Empty where not even the head fits. */
export function markdownWithin(record: RunRecord, limit: number): string {
  const parts = [head(record), ...subjectTables(record), matrixTable(record), ...sections(record)];
  const room = limit - NOTE_BYTES;
  return Buffer.byteLength(parts[0] ?? '') > room ? '' : `${fit(parts, room)}\n`;
}

/** GitHub Flavored Markdown for a step summary or a comment; below 1 MiB whatever the record holds. */
export const markdownReport: Reporter = (record) => markdownWithin(record, BYTE_LIMIT);
