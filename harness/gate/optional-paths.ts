import type { AbsenceEvidence } from '../model/evidence.ts';
import type { Path } from '../model/path.ts';

/** The paths that are judged: all but the optional ones that could not be brought up for want of a program or an image. */
export function judgedPaths(paths: readonly Path[], absences: readonly AbsenceEvidence[]): readonly Path[] {
  const leftOut = new Set(absences.filter(({ what, code }) => what === 'path' && WANTING.has(code)).map(({ path }) => path));
  return paths.filter(({ id, optional }) => optional !== true || !leftOut.has(id));
}

/** Codes that say that something is not here; what is here and breaks is an error of an optional path too. */
const WANTING: ReadonlySet<string> = new Set(['LAB_ERR_MISSING_TOOL', 'LAB_ERR_NO_IMAGE', 'LAB_ERR_VERSION_MISSING']);
