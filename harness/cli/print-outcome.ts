import { appendFileSync, statSync } from 'node:fs';
import { githubAnnotations } from '../../reports/github/annotations.ts';
import { jsonReport } from '../../reports/json/json-report.ts';
import { markdownWithin } from '../../reports/markdown/markdown-report.ts';
import { terminalText } from '../../reports/terminal/escape.ts';
import { terminalReport } from '../../reports/terminal/terminal-report.ts';
import type { RunRecord } from '../model/record.ts';
import { say, tell } from './output.ts';
import { printUntrusted } from './print-untrusted.ts';
import { repositoryRoots } from './repository-roots.ts';

/** GitHub takes at most 1 MiB of step summary; some of it is left for what other commands of the step have to say. */
const STEP_SUMMARY_LIMIT_BYTES = 1000 * 1024;

/** Prints the outcome: the record for a program, the table and the blame for a person, annotations for a CI that reads them. */
export function printOutcome(record: RunRecord, options: { readonly json: boolean; readonly quiet: boolean }): void {
  if (options.json) {
    say(jsonReport(record).trimEnd());
    return;
  }
  if (options.quiet) printUntrusted(say, `${record.verdict}: ${terminalLine(record)}`);
  else printUntrusted(say, terminalReport(record, { color: process.stdout.isTTY, columns: process.stdout.columns || 120 }).trimEnd());
  if (process.env['GITHUB_ACTIONS'] === 'true') printAnnotations(record);
  appendStepSummary(record, process.env['GITHUB_STEP_SUMMARY']);
}

/** Annotations as GitHub reads them, or nothing. */
export function printAnnotations(record: RunRecord): void {
  const annotations = githubAnnotations(record, repositoryRoots()).trimEnd();
  if (annotations !== '') say(annotations);
}

/** The headline alone, on one line, escaped by the terminal report's own first line. */
function terminalLine(record: RunRecord): string {
  return (
    terminalReport({ ...record, cells: [], findings: [], expectations: [], paths: [] }, { color: false, columns: 10_000 }).split('\n')[0] ??
    ''
  );
}

function appendStepSummary(record: RunRecord, file: string | undefined): void {
  if (file === undefined || file === '') return;
  const before = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const text = markdownWithin(record, STEP_SUMMARY_LIMIT_BYTES - before);
  if (text === '') {
    tell('the step summary is full: the run is summarised in summary.md of the run folder');
    return;
  }
  try {
    appendFileSync(file, text);
  } catch (error) {
    // The verdict matters more than where it is shown.
    tell(terminalText(`the step summary ${file} cannot be written: ${(error as NodeJS.ErrnoException).code ?? String(error)}`));
  }
}
