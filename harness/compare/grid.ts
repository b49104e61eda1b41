import { isControl, type Path } from '../model/path.ts';
import type { Grid, GridCell } from '../model/grid.ts';
import type { JudgedFinding } from '../model/record.ts';
import type { Behaviour } from './behaviour.ts';

export interface GridGrounds {
  readonly paths: readonly Path[];
  readonly behaviours: readonly Behaviour[];
  readonly findings: readonly JudgedFinding[];
}

/** Subject by case: who does what the control path does, and what the others do instead. Pure. */
export function gridOf({ paths, behaviours, findings }: GridGrounds): Grid {
  const subjects = paths.filter((path) => !isControl(path));
  const byKey = new Map(behaviours.map((one) => [keyOf(one.path, one), one]));
  const rows = new Map<string, Behaviour>();
  for (const one of behaviours) if (!rows.has(keyOf('', one))) rows.set(keyOf('', one), one);
  const failing = findings.filter(({ outcome, cases }) => outcome === 'fail' && cases !== undefined);
  return {
    paths: subjects.map(({ id }) => id),
    rows: [...rows.values()].map((row) => {
      const labelOn = (path: string): string | null => byKey.get(keyOf(path, row))?.label ?? null;
      return {
        scenario: row.scenario,
        caseId: row.caseId,
        title: row.title,
        control: labelOn(subjects[0]?.control ?? '') ?? '',
        cells: subjects.map((path) => cellOf(row, path, labelOn, failing)),
      };
    }),
  };
}

const keyOf = (path: string, { scenario, caseId }: Pick<Behaviour, 'scenario' | 'caseId'>): string => `${path}\n${scenario}\n${caseId}`;

function cellOf(row: Behaviour, path: Path, labelOn: (path: string) => string | null, failing: readonly JudgedFinding[]): GridCell {
  const label = labelOn(path.id);
  if (label === null) return { mark: 'none', label: '' };
  const found = failing.filter((one) => one.path === path.id && one.scenario === row.scenario && one.cases?.includes(row.caseId) === true);
  if (found.some(({ expected }) => !expected)) return { mark: 'fault', label };
  if (found.some(({ quirk }) => quirk === undefined)) return { mark: 'declared', label };
  if (found.length > 0) return { mark: 'quirk', label };
  return { mark: label === labelOn(path.control) ? 'same' : 'differs', label };
}
