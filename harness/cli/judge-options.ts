import type { JudgeWith } from './judge-with.ts';

/** What the command line of `hopscope audit` says. */
export interface AuditOptions {
  /** Folders that `hopscope run` wrote; more than one: repeats of the same, judged together. */
  readonly folders: readonly string[];
  readonly json: boolean;
  readonly quiet: boolean;
  readonly judgeWith: JudgeWith;
  /** Reports to write. Empty or absent: none. */
  readonly formats?: readonly ReportFormat[];
  /** Folder to write them into; null or absent: the run folder, where there is one. */
  readonly out?: string | null;
}

/** Formats that are files; the first four are written by every run. */
export const FILE_FORMATS = ['html', 'junit', 'markdown', 'json', 'sarif', 'code-quality', 'metrics', 'ctrf', 'tap'] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];
export const USUAL_FORMATS: readonly FileFormat[] = FILE_FORMATS.slice(0, 4);
export const MORE_FORMATS: readonly FileFormat[] = FILE_FORMATS.slice(4);

export const REPORT_FORMATS = [...FILE_FORMATS, 'github', 'terminal'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** What the command line of `hopscope report` says. */
export interface ReportOptions {
  /** A folder that `hopscope run` wrote. */
  readonly folder: string;
  readonly json: boolean;
  readonly quiet: boolean;
  /** Empty: those that a run writes. */
  readonly formats: readonly ReportFormat[];
  /** Folder to write into; null: the run folder itself. */
  readonly out: string | null;
}
