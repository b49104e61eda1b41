import { terminalText } from '../../reports/terminal/escape.ts';
import { analyseCaptures } from '../analyze/analyse-captures.ts';
import { EXIT } from '../errors.ts';
import type { CaptureAnalysis } from '../model/capture-analysis.ts';
import { interruption } from './interruption.ts';
import { say, sayParts, tell } from './output.ts';
import { packageVersion } from './package-root.ts';
import { errorLines } from './print-error.ts';
import { printUntrusted } from './print-untrusted.ts';
import { makeProgress, type Progress, silentProgress } from './progress.ts';
import { writeText } from './write-text.ts';

export interface AnalyzeOptions {
  readonly files: readonly string[];
  readonly keyLogFile: string | null;
  /** File that the HTML report is written to. */
  readonly html: string | null;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** `hopscope analyze`. Throws what analyseCaptures throws when nothing could be read, and RUN_ERR_CANNOT_WRITE. */
export async function analyzeCommandLine(options: AnalyzeOptions): Promise<number> {
  using stop = interruption('reporting what was read until here');
  const progress = options.quiet || options.json ? silentProgress : makeProgress(process.stderr);
  const { analysis, unreadable } = await analyseCaptures({
    files: options.files,
    keyLogFile: options.keyLogFile,
    toolVersion: packageVersion(),
    signal: stop.signal,
    onProgress: progressOf(progress, options.files),
  });
  progress.end();
  for (const error of unreadable) tell(...errorLines(error));
  await print(analysis, options);
  if (options.html !== null) await writeHtml(analysis, options.html, options.quiet || options.json);
  return stop.signal.aborted ? EXIT.interrupted : EXIT.pass;
}

/** Each report is loaded when it is asked for: loading all takes longer than reading a small capture. */
async function print(analysis: CaptureAnalysis, { json, quiet }: AnalyzeOptions): Promise<void> {
  if (quiet && !json) {
    printUntrusted(say, ...analysis.answer.map(terminalText));
    return;
  }
  if (json) {
    const { analysisJsonParts } = await import('../../reports/analysis/json-analysis.ts');
    await sayParts(analysisJsonParts(analysis));
    return;
  }
  const { analysisText } = await import('../../reports/analysis/terminal-analysis.ts');
  printUntrusted(say, analysisText(analysis, { color: process.stdout.isTTY, columns: process.stdout.columns || 120 }).trimEnd());
}

async function writeHtml(analysis: CaptureAnalysis, file: string, isQuiet: boolean): Promise<void> {
  const { analysisHtml } = await import('../../reports/analysis/html-analysis.ts');
  writeText(file, analysisHtml(analysis));
  if (!isQuiet) tell(`report: ${terminalText(file)}`);
}

/** Between two updates of the display. */
const UPDATE_BYTES = 32 * 1024 * 1024;

function progressOf(
  progress: Progress,
  files: readonly string[],
): (file: string, index: number, read: number, total: number | null) => void {
  let current = -1;
  let shown = 0;
  return (file, index, read, total) => {
    if (index !== current) {
      current = index;
      shown = 0;
      progress.phase(`reading ${file}`, index, files.length, files[index + 1] ?? null);
    }
    if (read - shown < UPDATE_BYTES) return;
    shown = read;
    const share = total === null || total === 0 ? '' : `, ${Math.floor((read / total) * 100)} %`;
    progress.what(`${(read / 1e6).toFixed(0)} MB${share}`);
  };
}
