import { appendFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { githubAnnotations } from '../../reports/github/annotations.ts';
import { htmlReport } from '../../reports/html/html-report.ts';
import { jsonReport } from '../../reports/json/json-report.ts';
import { junitReport } from '../../reports/junit/junit-report.ts';
import { markdownReport } from '../../reports/markdown/markdown-report.ts';
import type { Reporter } from '../../reports/reporter.ts';
import { terminalText } from '../../reports/terminal/escape.ts';
import { terminalReport } from '../../reports/terminal/terminal-report.ts';
import { audits } from '../audits/index.ts';
import { auditRun } from '../audits/run-audits.ts';
import { HarnessError } from '../errors.ts';
import { buildRecord } from '../gate/build-record.ts';
import { judge } from '../gate/gate.ts';
import { judgedPaths } from '../gate/optional-paths.ts';
import { withQuirks } from '../gate/quirks.ts';
import type { RunRecord } from '../model/record.ts';
import type { Remedy } from '../model/remedy.ts';
import { readRemedies } from '../run/remedies-file.ts';
import { makeFolder, readRunFolder } from '../run/run-folder.ts';
import { BUILT_IN_LABEL } from './built-in-label.ts';
import type { JudgeOptions, ReportFormat, ReportOptions } from './judge-options.ts';
import { say, tell } from './output.ts';
import { services } from './services.ts';
import { unfinished } from './unfinished.ts';
import { withStoppers } from './with-stoppers.ts';

const FILES: Readonly<Partial<Record<ReportFormat, { readonly name: string; readonly reporter: Reporter }>>> = {
  json: { name: 'record.json', reporter: jsonReport },
  html: { name: 'report.html', reporter: htmlReport },
  junit: { name: 'junit.xml', reporter: junitReport },
  markdown: { name: 'summary.md', reporter: markdownReport },
};
const FILE_FORMATS: readonly ReportFormat[] = ['json', 'html', 'junit', 'markdown'];

const quirksByService = new Map(services.map(({ name, quirks = [] }) => [name, quirks]));

/** GitHub takes at most 1 MiB of step summary. */
const STEP_SUMMARY_LIMIT_BYTES = 1 << 20;

/** Judges the evidence of a run folder: no network, no lab, at any time later. Throws what readRunFolder throws. */
export async function recordOf(folder: string): Promise<RunRecord> {
  return recordFrom(await readRunFolder(folder), await readRemedies(folder));
}

/** The same of a folder that was read already. */
export function recordFrom(read: Awaited<ReturnType<typeof readRunFolder>>, remedies: readonly Remedy[] = []): RunRecord {
  const { evidence } = read;
  const facts = { ...read.facts, paths: judgedPaths(read.facts.paths, evidence.absences) };
  const { findings } = auditRun(facts.paths, evidence);
  const { scenarios, policy } = facts;
  const paths = withQuirks(facts.paths, evidence.hosts, quirksByService);
  const spec = facts.run.specLabel === BUILT_IN_LABEL ? null : facts.run.specLabel;
  const invocation = { lab: facts.lab.kind, spec };
  const isJudged = new Set(paths.map(({ id }) => id));
  const absences = [...evidence.absences, ...unfinished(facts, evidence)].filter(({ path }) => isJudged.has(path));
  const judgement = judge({ paths, findings, scenarios, policy, absences, invocation });
  const titles = audits.map(({ id, title, failureTitle, cite }) => ({ id, title, failureTitle, cite }));
  return buildRecord(facts, withStoppers(evidence, facts), { audits: titles, judgement, remedies });
}

/** Writes the reports that are files; returns their paths. Throws RUN_ERR_CANNOT_WRITE. */
export function writeReports(record: RunRecord, folder: string, formats: readonly ReportFormat[] = FILE_FORMATS): readonly string[] {
  return formats.flatMap((format) => {
    const file = FILES[format];
    if (file === undefined) return [];
    const path = join(folder, file.name);
    const text = file.reporter(record);
    try {
      makeFolder(folder);
      writeFileSync(path, text);
    } catch (cause) {
      throw new HarnessError(
        'RUN_ERR_CANNOT_WRITE',
        `expected to write ${path}, got ${(cause as NodeJS.ErrnoException).code ?? String(cause)}`,
        { cause },
      );
    }
    return [path];
  });
}

/** Prints the outcome: the record for a program, the table and the blame for a person, annotations for a CI that reads them. */
export function printOutcome(record: RunRecord, options: { readonly json: boolean; readonly quiet: boolean }): void {
  if (options.json) say(jsonReport(record).trimEnd());
  else if (options.quiet) say(`${record.verdict}: ${terminalLine(record)}`);
  else say(terminalReport(record, { color: process.stdout.isTTY, columns: process.stdout.columns || 120 }).trimEnd());
  if (options.json) return;
  const workspace = process.env['GITHUB_WORKSPACE'];
  if (process.env['GITHUB_ACTIONS'] === 'true') say(githubAnnotations(record, workspace === undefined ? {} : { workspace }).trimEnd());
  appendStepSummary(record, process.env['GITHUB_STEP_SUMMARY']);
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
  const text = markdownReport(record);
  if (before + Buffer.byteLength(text) > STEP_SUMMARY_LIMIT_BYTES) {
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

/** `hopscope audit`: judges a saved run again and prints the outcome. The exit code is the run's. */
export async function auditFolder({ folder, json, quiet }: JudgeOptions): Promise<number> {
  const record = await recordOf(folder);
  printOutcome(record, { json, quiet });
  return record.exitCode;
}

/** `hopscope report`: writes the reports of a saved run again. */
export async function reportFolder({ folder, formats, out, json, quiet }: ReportOptions): Promise<number> {
  const record = await recordOf(folder);
  const wanted = formats.length === 0 ? FILE_FORMATS : formats;
  const written = writeReports(record, out ?? folder, wanted);
  if (wanted.includes('github')) say(githubAnnotations(record).trimEnd());
  if (wanted.includes('terminal') || json) printOutcome(record, { json, quiet });
  if (!quiet && !json) say(...written.map((path) => relative(process.cwd(), path)));
  return 0;
}
