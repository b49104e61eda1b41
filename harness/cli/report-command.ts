import { relative } from 'node:path';
import { recordOf } from './judge-folder.ts';
import { type ReportOptions, USUAL_FORMATS } from './judge-options.ts';
import { say } from './output.ts';
import { printAnnotations, printOutcome } from './print-outcome.ts';
import { writeReports } from './write-reports.ts';

/** `hopscope report`: writes the reports of a saved run again. */
export async function reportCommandLine({ folder, formats, out, json, quiet }: ReportOptions): Promise<number> {
  const record = await recordOf(folder);
  const wanted = formats.length === 0 ? USUAL_FORMATS : formats;
  const written = writeReports(record, out ?? folder, wanted);
  if (wanted.includes('github')) printAnnotations(record);
  if (wanted.includes('terminal') || json) printOutcome(record, { json, quiet });
  if (!quiet && !json) say(...written.map((path) => relative(process.cwd(), path)));
  return 0;
}
