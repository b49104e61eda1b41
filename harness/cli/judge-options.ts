/** What the command lines of `hopscope audit` and `hopscope report` say. */
export interface JudgeOptions {
  /** A folder that `hopscope run` wrote. */
  readonly folder: string;
  readonly json: boolean;
  readonly quiet: boolean;
}

export const REPORT_FORMATS = ['html', 'junit', 'markdown', 'json', 'github', 'terminal'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

export interface ReportOptions extends JudgeOptions {
  /** Empty: all that are files. */
  readonly formats: readonly ReportFormat[];
  /** Folder to write into; null: the run folder itself. */
  readonly out: string | null;
}
