import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ctrfReport } from '../../reports/ctrf/ctrf-report.ts';
import { codeQualityReport } from '../../reports/gitlab/code-quality.ts';
import { metricsReport } from '../../reports/gitlab/metrics.ts';
import { htmlReport } from '../../reports/html/html-report.ts';
import { jsonReport } from '../../reports/json/json-report.ts';
import { junitReport } from '../../reports/junit/junit-report.ts';
import { markdownReport } from '../../reports/markdown/markdown-report.ts';
import { sarifReport } from '../../reports/sarif/sarif-report.ts';
import { tapReport } from '../../reports/tap/tap-report.ts';
import { HarnessError } from '../errors.ts';
import type { RunRecord } from '../model/record.ts';
import { makeFolder } from '../run/run-folder.ts';
import { FILE_FORMATS, type FileFormat, type ReportFormat, USUAL_FORMATS } from './judge-options.ts';
import { repositoryRoots } from './repository-roots.ts';

/** Names that the readers of each format look for, where they look for one. */
const FILES: Readonly<Record<FileFormat, { readonly name: string; readonly reporter: (record: RunRecord) => string }>> = {
  html: { name: 'report.html', reporter: htmlReport },
  junit: { name: 'junit.xml', reporter: junitReport },
  markdown: { name: 'summary.md', reporter: markdownReport },
  json: { name: 'record.json', reporter: jsonReport },
  sarif: { name: 'results.sarif', reporter: (record) => sarifReport(record, repositoryRoots()) },
  'code-quality': { name: 'gl-code-quality-report.json', reporter: (record) => codeQualityReport(record, repositoryRoots()) },
  metrics: { name: 'metrics.txt', reporter: metricsReport },
  ctrf: { name: 'ctrf-report.json', reporter: ctrfReport },
  tap: { name: 'results.tap', reporter: tapReport },
};

/** Writes those reports that are files, each once; returns their paths. Throws RUN_ERR_CANNOT_WRITE. */
export function writeReports(record: RunRecord, folder: string, formats: readonly ReportFormat[] = USUAL_FORMATS): readonly string[] {
  return FILE_FORMATS.filter((format) => formats.includes(format)).map((format) => {
    const { name, reporter } = FILES[format];
    const path = join(folder, name);
    const text = reporter(record);
    try {
      makeFolder(folder);
      writeFileSync(path, text);
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
      throw new HarnessError('RUN_ERR_CANNOT_WRITE', `expected to write ${path}, got ${code}`, { cause });
    }
    return path;
  });
}

/** The usual reports of a run, and those that were asked for besides. */
export const writeRunReports = (record: RunRecord, folder: string, formats: readonly ReportFormat[] = []): readonly string[] =>
  writeReports(record, folder, [...USUAL_FORMATS, ...formats]);
