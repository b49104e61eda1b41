import { relative, resolve } from 'node:path';
import { terminalText } from '../../reports/terminal/escape.ts';
import { EXIT, HarnessError } from '../errors.ts';
import { patchFileOf, shownRemedy } from '../model/remedy.ts';
import { suggestion } from '../spec/nearest.ts';
import type { LabChoice } from '../spec/spec.ts';
import { interruption } from './interruption.ts';
import { recordOf } from './judge-folder.ts';
import { writeReports } from './write-reports.ts';
import { say, sayJson } from './output.ts';
import { printUntrusted } from './print-untrusted.ts';
import { makeProgress, silentProgress } from './progress.ts';
import { reapEverything } from './reap.ts';
import { REMEDY_LIMIT, type TriedRemedies, tryRemedies } from './try-remedies.ts';

export interface RemedyOptions {
  readonly folder: string;
  readonly finding: string | null;
  /** Null: the lab of the run. */
  readonly lab: LabChoice | null;
  readonly limit: number | null;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** `hopscope remedy`: tries remedies for a saved run and writes its reports again. Throws only HarnessErrors. */
export async function remedyFolder({ folder: written, finding, lab, limit, json, quiet }: RemedyOptions): Promise<number> {
  const folder = resolve(written);
  const record = await recordOf(folder);
  if (finding !== null)
    checkFinding(
      finding,
      record.findings.filter(({ outcome }) => outcome === 'fail').map(({ id }) => id),
    );
  await reapEverything();
  using stop = interruption('taking the lab down and keeping what was found out');
  const progress = quiet || json ? silentProgress : makeProgress(process.stderr);
  const wish = {
    finding,
    lab: lab ?? (record.lab.kind === 'none' ? 'auto' : record.lab.kind),
    limit: limit ?? REMEDY_LIMIT,
    progress,
    signal: stop.signal,
  };
  const tried = await tryRemedies(folder, wish).finally(() => progress.end());
  writeReports(await recordOf(folder), folder);
  if (tried.error !== null) throw tried.error;
  if (json) sayJson(tried.remedies);
  else if (!quiet) printUntrusted(say, ...remedyLines(tried, folder));
  return stop.signal.aborted ? EXIT.interrupted : EXIT.pass;
}

function checkFinding(wanted: string, failed: readonly string[]): void {
  if (failed.includes(wanted)) return;
  const known = `${failed.slice(0, 12).join(', ') || 'none'}${failed.length > 12 ? ', ...' : ''}`;
  const message = `expected --finding to be one of the failures of the run (${known}), got '${wanted.slice(0, 100)}'${suggestion(wanted, failed)}`;
  throw new HarnessError('USAGE_ERR_BAD_FLAG', message);
}

/** What came of it, for a person: a line for each finding, and where the patch is. */
export function remedyLines({ remedies, planned }: TriedRemedies, folder: string): readonly string[] {
  if (planned.length === 0) return ['No failure of this run has a remedy that follows from the line of config it is blamed on.'];
  return planned.flatMap(({ findings }) => {
    const id = findings[0]?.id ?? '';
    const own = remedies.filter(({ findingId }) => findingId === id);
    const shown = shownRemedy(own);
    if (shown === null) return [`no cure  ${id}`, ...own.map(({ title, because }) => `         ${title} ${because}`)].map(terminalText);
    const place = relative(process.cwd(), resolve(folder, patchFileOf(shown)));
    return [`${shown.status} ${id}`, `         ${shown.title}`, `         ${shown.because}`, `         patch: ${place}`].map(terminalText);
  });
}
