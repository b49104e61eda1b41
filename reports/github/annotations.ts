import type { RunRecord } from '../../harness/model/record.ts';
import { plural } from '../numbers.ts';
import { OWN_RULES, type Problem, problemsOf } from '../problems.ts';
import { repositoryFile, type Roots } from '../repository-place.ts';
import { clip } from '../visible-text.ts';
import { workflowCommand, type Annotation } from './workflow-command.ts';

/** GitHub shows ten annotations of each level a step. */
const LIMIT_PER_LEVEL = 10;
const MESSAGE_LIMIT = 3000;

const LEVEL_OF: Readonly<Record<Problem['level'], Annotation['level']>> = { error: 'error', warning: 'warning', note: 'notice' };

function annotationOf({ level, rule, path, scenario, finding, lines }: Problem, roots: Roots): Annotation {
  const config = finding?.blame?.config;
  const file = config ? repositoryFile(config.file, roots) : null;
  const what = finding === undefined && rule in OWN_RULES ? rule.replaceAll('-', ' ') : rule;
  const where = `${path === null ? '' : ` on ${path}`}${scenario === null ? '' : ` (${scenario})`}`;
  return {
    level: LEVEL_OF[level],
    title: clip(`${what}${where}`, 200),
    message: clip(lines.join('\n'), MESSAGE_LIMIT),
    ...(config && file !== null ? { file, line: config.line, col: config.column } : {}),
  };
}

/** Those with a line to point at come first: they are the ones a reviewer sees beside the change. Of several at one line the first, then the others. */
function inReadingOrder(annotations: readonly Annotation[]): readonly Annotation[] {
  const seen = new Set<string>();
  const rank = new Map(
    annotations.map((one) => {
      const key = `${one.file}:${one.line}`;
      const order = one.file === undefined ? 2 : seen.has(key) ? 1 : 0;
      seen.add(key);
      return [one, order] as const;
    }),
  );
  return annotations.toSorted((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0));
}

/**
 * Annotation lines: errors for what fails and nobody declared, warnings for what the policy warns of and what the gate refused as inconclusive, notices
 * for what is in quarantine. The text is for standard output in a GitHub job; empty when there is nothing to say.
 */
export function githubAnnotations(record: RunRecord, roots: Roots = {}): string {
  const problems = problemsOf(record).filter(({ level, finding }) => level !== 'note' || finding?.standing?.kind === 'quarantined');
  const all = inReadingOrder(problems.map((problem) => annotationOf(problem, roots)));
  const of = (level: Annotation['level']): readonly Annotation[] => all.filter((one) => one.level === level);
  const [errors, warnings, notices] = [of('error'), of('warning'), of('notice')];
  const hasMore = [errors, warnings, notices].some(({ length }) => length > LIMIT_PER_LEVEL);
  // The count needs a place of its own among the notices.
  const shown = [
    ...errors.slice(0, LIMIT_PER_LEVEL),
    ...warnings.slice(0, LIMIT_PER_LEVEL),
    ...notices.slice(0, hasMore ? LIMIT_PER_LEVEL - 1 : LIMIT_PER_LEVEL),
  ];
  const left = all.length - shown.length;
  const more: readonly Annotation[] =
    left === 0
      ? []
      : [{ level: 'notice', title: 'More failures', message: `${plural(left, 'more failure')} in the step summary and in report.html` }];
  return [...shown, ...more].map((one) => `${workflowCommand(one)}\n`).join('');
}
