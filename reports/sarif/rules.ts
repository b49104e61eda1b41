import type { RunRecord } from '../../harness/model/record.ts';
import type { Remedy } from '../../harness/model/remedy.ts';
import { fencedBlock, markdownText } from '../markdown/escape.ts';
import { OWN_RULES, type Problem } from '../problems.ts';
import { diffLines, remedyOf, STATUS_WORDS } from '../remedy-words.ts';
import { clip } from '../visible-text.ts';
import { sarifText } from './sarif-text.ts';

/** GitHub keeps 1024 characters of a description. */
const DESCRIPTION_LIMIT = 1000;
/** A rule's help is one text for all its results. */
const REMEDIES = 3;
const LINE_LIMIT = 500;

/** A rule as code scanning shows it. */
export interface SarifRule {
  readonly id: string;
  readonly [property: string]: unknown;
}

/** A rule for each audit, and for what is wrong beside them, with the cite and the remedies of this run in its help. */
export function rulesOf(record: RunRecord, problems: readonly Problem[]): readonly SarifRule[] {
  const audits = record.audits.map(({ id, failureTitle, cite }) => ruleOf(id, failureTitle, cite, remediesOf(problems, id)));
  const ids = new Set(problems.map(({ rule }) => rule));
  const others = Object.entries(OWN_RULES)
    .filter(([id]) => ids.has(id))
    .map(([id, title]) => ruleOf(id, title, 'the spec of the run and its policy', []));
  return [...audits, ...others];
}

/** Each remedy once, the tried ones first. */
function remediesOf(problems: readonly Problem[], rule: string): readonly Remedy[] {
  const all = problems.flatMap(({ rule: id, finding }) => (id === rule && finding !== undefined ? (remedyOf(finding) ?? []) : []));
  const once = [...new Map(all.map((remedy) => [remedy.patch, remedy])).values()];
  return [...once.filter(({ status }) => status === 'verified'), ...once.filter(({ status }) => status !== 'verified')].slice(0, REMEDIES);
}

function ruleOf(id: string, title: string, cite: string, remedies: readonly Remedy[]): SarifRule {
  const patches = remedies.map((remedy) => ({ remedy, lines: diffLines(remedy.patch).lines.map(({ text }) => clip(text, LINE_LIMIT)) }));
  const text = [
    `${title}. Judged by: ${cite}.`,
    ...patches.map(({ remedy, lines }) =>
      [`Remedy (${STATUS_WORDS[remedy.status]}): ${remedy.title} (${remedy.source})`, ...lines].join('\n'),
    ),
  ];
  const markdown = [
    `${markdownText(title)}. Judged by: ${markdownText(cite)}.`,
    ...patches.flatMap(({ remedy, lines }) => [
      `**Remedy (${STATUS_WORDS[remedy.status]}):** ${markdownText(clip(remedy.title, DESCRIPTION_LIMIT))} (${markdownText(remedy.source)})`,
      fencedBlock(lines, 'diff'),
    ]),
  ];
  return {
    id: sarifText(id, 255),
    name: id.replaceAll(/(?:^|[^a-z0-9]+)([a-z0-9])/gi, (_, first: string) => first.toUpperCase()).replaceAll(/[^a-z0-9]/gi, ''),
    shortDescription: { text: sarifText(title, DESCRIPTION_LIMIT) },
    fullDescription: { text: sarifText(`${title}. Judged by: ${cite}.`, DESCRIPTION_LIMIT) },
    help: { text: sarifText(text.join('\n\n'), 20_000), markdown: clip(markdown.join('\n\n'), 20_000) },
    defaultConfiguration: { level: 'error' },
    properties: { tags: ['websocket', 'proxy'], precision: 'high', 'problem.severity': 'error' },
  };
}
