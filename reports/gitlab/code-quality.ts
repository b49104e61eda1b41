import type { RunRecord } from '../../harness/model/record.ts';
import { fingerprintsOf, problemsOf, type ProblemLevel } from '../problems.ts';
import { placeOf, type Roots } from '../repository-place.ts';
import { clip, visibleLine } from '../visible-text.ts';

const SEVERITY: Readonly<Record<ProblemLevel, 'critical' | 'minor' | 'info'>> = { error: 'critical', warning: 'minor', note: 'info' };

const DESCRIPTION_LIMIT = 1000;

/**
 * A GitLab Code Quality report, which a merge request shows beside the changed lines. GitLab drops what has no path, and all but one of those with the
 * same fingerprint, so problems that the repository has no file for are left to the JUnit report.
 */
export function codeQualityReport(record: RunRecord, roots: Roots = {}): string {
  const problems = problemsOf(record);
  const prints = fingerprintsOf(problems);
  const entries = problems.flatMap((problem, index) => {
    const place = placeOf(problem, record, roots);
    if (place === null) return [];
    const { level, rule, path, scenario, lines } = problem;
    const where = path === null ? '' : `${path}${scenario === null ? '' : ` (${scenario})`}: `;
    return [
      {
        description: clip(visibleLine(`${where}${lines[0] ?? ''}`.toWellFormed()), DESCRIPTION_LIMIT),
        check_name: visibleLine(rule),
        fingerprint: prints[index],
        severity: SEVERITY[level],
        location: { path: visibleLine(place.file), lines: { begin: place.line ?? 1 } },
      },
    ];
  });
  return `${JSON.stringify(entries, null, 2)}\n`;
}
