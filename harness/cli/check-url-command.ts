import { join, relative, resolve } from 'node:path';
import { outsideReport } from '../../reports/check/outside-report.ts';
import { terminalText } from '../../reports/terminal/escape.ts';
import { EXIT } from '../errors.ts';
import { localDriver } from '../fleet/local-driver.ts';
import { programPath } from '../lab/program-path.ts';
import type { RunRecord } from '../model/record.ts';
import { RunFolder } from '../run/run-folder.ts';
import type { CheckUrlOptions } from './check-url-options.ts';
import { interruption } from './interruption.ts';
import { recordOf } from './judge-folder.ts';
import { say } from './output.ts';
import { driveOutsideEntry, timedLookup } from './outside-entry.ts';
import {
  interruptedOutside,
  OUTSIDE_SCENARIO,
  outsideFacts,
  outsideHost,
  outsidePath,
  outsidePathId,
  unseenOutside,
} from './outside-facts.ts';
import { packageRoot } from './package-root.ts';
import { printOutcome } from './print-outcome.ts';
import { printUntrusted } from './print-untrusted.ts';
import { makeProgress, type Progress, silentProgress } from './progress.ts';
import { writeRunReports } from './write-reports.ts';

/**
 * `hopscope check --url` without a config: entries outside the lab, by what is harmless, one after the other. Returns the exit code; throws only HarnessErrors.
 */
export async function checkUrlCommandLine(options: CheckUrlOptions): Promise<number> {
  const startedAt = new Date();
  const id = `check-url-${startedAt.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}-${String(process.pid)}`;
  const folder = new RunFolder(resolve(options.out ?? join('runs', id)));
  const progress = options.quiet || options.json ? silentProgress : makeProgress(process.stderr);
  using stop = interruption('reporting what was gathered');
  try {
    const echoes = options.echoes;
    const paths = await Promise.all(
      options.urls.map(async (url, index) =>
        outsidePath(outsidePathId(index, options.urls.length), url, {
          echoes,
          holdMs: options.holdMs,
          lookup: await timedLookup(url.endpoint.host),
        }),
      ),
    );
    folder.append('hosts', outsideHost(paths.map((path) => path.id)));
    const times = { id, startedAt, interrupted: false };
    folder.writeFacts(outsideFacts(paths, options, { ...times, elapsedMs: null }));
    await driveAll(options, { folder, progress, signal: stop.signal });
    const elapsedMs = Date.now() - startedAt.getTime();
    folder.writeFacts(outsideFacts(paths, options, { ...times, elapsedMs, interrupted: stop.signal.aborted }));
  } finally {
    progress.end();
    folder.close();
  }
  const record = await recordOf(folder.dir);
  const written = writeRunReports(record, folder.dir, options.formats);
  tellOutside(record, options, written);
  return stop.signal.aborted ? EXIT.interrupted : record.exitCode;
}

interface Driving {
  readonly folder: RunFolder;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** A check that is interrupted keeps what it has. */
async function driveAll(options: CheckUrlOptions, { folder, progress, signal }: Driving): Promise<void> {
  // Certificates are held to what this machine trusts, too.
  const driver = localDriver(programPath(packageRoot(), 'harness/drive/main'), ['--use-system-ca']);
  let reached: string | null = null;
  try {
    await driver.ready();
    for (const [index, url] of options.urls.entries()) {
      if (signal.aborted) return;
      const path = outsidePathId(index, options.urls.length);
      reached = path;
      folder.append('absences', unseenOutside(path));
      await driveOutsideEntry(
        {
          path,
          scenario: OUTSIDE_SCENARIO.id,
          url,
          echoes: options.echoes,
          holdMs: options.holdMs,
          insecure: options.insecure,
          seed: options.seed,
        },
        {
          driver: driver.client,
          signal,
          record: (kind, value) => folder.append(kind, value),
          progress: (what) => progress.what(`${url.shown}: ${what}`),
        },
      );
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    if (reached !== null) folder.append('absences', interruptedOutside(reached));
  } finally {
    driver.client.close();
    await driver.end();
  }
}

function tellOutside(record: RunRecord, { json, quiet }: CheckUrlOptions, written: readonly string[]): void {
  const isTold = !json && !quiet;
  const style = { color: process.stdout.isTTY, columns: process.stdout.columns || 120 };
  if (isTold) printUntrusted(say, outsideReport(record, style).trimEnd(), '');
  printOutcome(record, { json, quiet });
  if (isTold) say('', ...written.filter((path) => path.endsWith('.html')).map((path) => terminalText(relative(process.cwd(), path))));
}
