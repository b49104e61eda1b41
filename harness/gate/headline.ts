import { refusedPaths } from '../measure/entry-mark.ts';
import { entryUrl } from '../model/entry.ts';
import { isControl } from '../model/path.ts';
import type { Path } from '../model/path.ts';
import type { Cell, JudgedFinding } from '../model/record.ts';
import type { SubjectFacts } from '../model/world.ts';
import { isMissed } from './cells.ts';
import { briefly, checkHeadline } from './check-headline.ts';
import { unmetWords } from './expectations.ts';
import type { JudgedExpectation } from './expectations.ts';

interface HeadlineFacts {
  readonly paths: readonly Path[];
  readonly findings: readonly JudgedFinding[];
  readonly expectations: readonly JudgedExpectation[];
  readonly cells: readonly Cell[];
  /** What else fails the run, in sentences: thresholds, regressions, too many warnings. */
  readonly besides: readonly string[];
  /** What else was not decided, in sentences. */
  readonly undecided: readonly string[];
  /** What is to be said beside that all is well: `2 warnings`, `5 known failures`. */
  readonly remarks: readonly string[];
  /** Configs that were checked; absent or empty: it was no check, or a part of one. */
  readonly subjects?: readonly SubjectFacts[];
}

/**
 * The one sentence at the top. An incident that was reproduced is told first, with who is innocent; whatever was not declared is
 * told too, so that a reproduced incident never hides a new failure. That of a check is what was seen at the entries.
 */
export function headlineOf(facts: HeadlineFacts): string {
  if (facts.subjects !== undefined && facts.subjects.length > 0) return headlineOfCheck(facts, facts.subjects);
  const incident = incidentOf(facts);
  const trouble = troubleOf(facts, incident);
  const sentences = [incident === null ? '' : [incident.summary, ...(incident.blame?.innocent ?? [])].join('; '), trouble].filter(
    (sentence) => sentence !== '',
  );
  if (sentences.length > 0) return sentences.join('. ');
  if (facts.paths.length > 0 && facts.paths.every(({ outside }) => outside !== undefined && 'check' in outside))
    return [
      `${facts.paths.length} ${facts.paths.length === 1 ? 'entry' : 'entries'} outside the lab, nothing wrong`,
      ...facts.remarks,
    ].join(', ');
  const subjects = facts.paths.filter((path) => !isControl(path)).length;
  const count = subjects === 0 ? facts.paths.length : subjects;
  return [`${count} ${subjects === 0 ? 'control path' : 'path'}${count === 1 ? '' : 's'}, all as declared`, ...facts.remarks].join(', ');
}

/** A failure at an entry that does not open is why it does not, and the report's own. */
function headlineOfCheck(facts: HeadlineFacts, subjects: readonly SubjectFacts[]): string {
  const refused = refusedPaths(subjects);
  const urls = new Map(subjects.flatMap(({ entries }) => entries.map(({ path, entry }) => [path, entryUrl(entry)] as const)));
  const untold = facts.findings
    .filter(({ path }) => !refused.has(path))
    .map((one) => ({ ...one, path: urls.get(one.path) ?? one.path, summary: briefly(one, subjects) }));
  const trouble = troubleOf({ ...facts, findings: untold }, null);
  const told = checkHeadline(subjects);
  // What is said beside that all is well is not said of entries that do not open.
  const isWell = facts.findings.every(({ outcome, expected }) => outcome !== 'fail' || expected);
  return trouble === '' ? [told, ...(isWell ? facts.remarks : [])].join(', ') : `${told}. ${trouble}`;
}

/** The failure of the path that reproduces an incident: the first in the order of audits, and one with a name before one without. */
function incidentOf({ paths, findings }: HeadlineFacts): JudgedFinding | null {
  const ids = new Set(paths.filter(({ incident }) => incident !== null).map(({ id }) => id));
  const failing = findings.filter(({ path, outcome, quirk }) => outcome === 'fail' && quirk === undefined && ids.has(path));
  return failing.find(({ blame }) => blame !== null && blame.host !== 'unknown') ?? failing[0] ?? null;
}

function troubleOf({ findings, expectations, cells, besides, undecided }: HeadlineFacts, told: JudgedFinding | null): string {
  // A lab that broke comes first: what else was seen may be its doing.
  const broken = cells.filter(({ verdict }) => verdict === 'error');
  if (broken[0] !== undefined)
    return `${broken.length} of ${cells.length} could not be run, the first on ${broken[0].path}: ${broken[0].sentence}`;
  const failures = findings.filter(({ outcome, expected }) => outcome === 'fail' && !expected);
  const missed = expectations.filter((one) => isMissed(one) && one.undecided.length === 0);
  const untold = [
    ...failures.filter((finding) => finding !== told).map(({ path, summary }) => `${path}: ${summary}`),
    ...missed.map((one) => `${one.path.id}: ${unmetWords(one)}`),
    ...besides,
  ];
  const [first, ...others] = untold;
  if (first !== undefined) return `${first}${others.length === 0 ? '' : ` (and ${others.length} more)`}`;
  const open = cells.filter(({ verdict }) => verdict === 'inconclusive');
  if (open[0] === undefined) return undecided[0] ?? '';
  return `${open.length} of ${cells.length} not decided, the first on ${open[0].path}: ${open[0].sentence}`;
}
