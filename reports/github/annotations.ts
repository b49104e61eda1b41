import type { JudgedFinding, RunRecord } from '../../harness/model/record.ts';
import type { SourcePlace } from '../../harness/errors.ts';
import { unmetSentence } from '../blame-words.ts';
import { findingLines } from '../finding-text.ts';
import { plural } from '../numbers.ts';
import { failuresIn, unmetExpectations } from '../reading-order.ts';
import { clip } from '../visible-text.ts';
import { workflowCommand, type Annotation } from './workflow-command.ts';

export interface AnnotationOptions {
  /** Root of the repository: files beneath it are named relative to it, as GitHub needs. */
  readonly workspace?: string;
}

/** GitHub shows ten annotations of each level a step. */
const LIMIT_PER_LEVEL = 10;
const MESSAGE_LIMIT = 3000;

function placeOf(finding: JudgedFinding, workspace: string | undefined): SourcePlace | null {
  const config = finding.blame?.config;
  if (!config) return null;
  const root = workspace === undefined ? '' : `${workspace.replace(/\/+$/, '')}/`;
  const file = root !== '' && config.file.startsWith(root) ? config.file.slice(root.length) : config.file.replace(/^\.\//, '');
  return { file, line: config.line, column: config.column };
}

function annotationOf(level: Annotation['level'], finding: JudgedFinding, workspace: string | undefined): Annotation {
  const place = placeOf(finding, workspace);
  const where = place === null ? {} : { file: place.file, line: place.line ?? 1, col: place.column ?? 1 };
  return {
    level,
    title: clip(`${finding.auditId} on ${finding.path} (${finding.scenario})`, 200),
    message: clip(findingLines(finding).join('\n'), MESSAGE_LIMIT),
    ...where,
  };
}

/* Those with a line to point at come first: they are the ones a reviewer sees beside the change. */
const placedFirst = (annotations: readonly Annotation[]): readonly Annotation[] =>
  annotations.toSorted((a, b) => Number(a.file === undefined) - Number(b.file === undefined));

/**
 * Annotation lines for the failures that nobody declared (errors) and for what the gate refused as inconclusive (warnings).
 * The text is for standard output in a GitHub job; empty when there is nothing to say.
 */
export function githubAnnotations(record: RunRecord, { workspace }: AnnotationOptions = {}): string {
  const { unexpected, inconclusive } = failuresIn(record);
  const refused = new Set(record.cells.filter(({ verdict }) => verdict !== 'pass').map(({ path, scenario }) => `${path}\n${scenario}`));
  const errors = placedFirst([
    ...unexpected.map((finding) => annotationOf('error', finding, workspace)),
    ...unmetExpectations(record).map(
      (unmet): Annotation => ({ level: 'error', title: `${unmet.audit} on ${unmet.path}`, message: unmetSentence(unmet) }),
    ),
    ...record.cells
      .filter(({ verdict }) => verdict === 'error')
      .map(
        ({ path, scenario, sentence }): Annotation => ({ level: 'error', title: `lab error on ${path} (${scenario})`, message: sentence }),
      ),
  ]);
  const warnings = inconclusive
    .filter(({ path, scenario }) => refused.has(`${path}\n${scenario}`))
    .map((finding) => annotationOf('warning', finding, workspace));
  const left = Math.max(0, errors.length - LIMIT_PER_LEVEL) + Math.max(0, warnings.length - LIMIT_PER_LEVEL);
  const more: readonly Annotation[] =
    left === 0
      ? []
      : [{ level: 'notice', title: 'More failures', message: `${plural(left, 'more failure')} in the step summary and in report.html` }];
  const lines = [...errors.slice(0, LIMIT_PER_LEVEL), ...warnings.slice(0, LIMIT_PER_LEVEL), ...more].map(workflowCommand);
  return lines.map((line) => `${line}\n`).join('');
}
