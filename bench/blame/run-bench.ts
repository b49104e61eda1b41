import { globSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../harness/cli/package-root.ts';
import { vocabulary } from '../../harness/cli/vocabulary.ts';
import { HarnessError } from '../../harness/errors.ts';
import { matchesGlob } from '../../harness/gate/glob.ts';
import { batchesOf } from './batches.ts';
import type { Fault } from './fault.ts';
import { readFault } from './read-fault.ts';
import { runBatch } from './run-batch.ts';
import { scoreFault, scoreHealthy, totalsOf, type HealthyScore, type Scored, type Totals } from './score.ts';

export interface BenchSettings {
  /** Folders with files of faults; read with the folders in them. */
  readonly folders: readonly string[];
  /** Patterns of ids; empty: all. */
  readonly only: readonly string[];
  /** New folder for evidence and edited configs. */
  readonly out: string;
  readonly signal: AbortSignal;
  readonly onProgress: (what: string) => void;
}

export interface BenchResult {
  readonly faults: readonly Scored[];
  readonly healthy: readonly HealthyScore[];
  readonly totals: Totals;
  readonly seconds: number;
  readonly runs: number;
}

/** Every fault of some folders. Throws a SpecError for the first file that is wrong, SPEC_ERR_DUPLICATE for an id given twice. */
export function readFaults({ folders, only, out }: Pick<BenchSettings, 'folders' | 'only' | 'out'>): readonly Fault[] {
  const context = { vocabulary, packageRoot: packageRoot(), workingFolder: process.cwd(), scratch: join(out, 'configs') };
  const files = folders.flatMap((folder) =>
    globSync('**/*.{yaml,yml}', { cwd: folder })
      .toSorted()
      .map((file) => join(folder, file)),
  );
  const faults = files
    .map((file) => readFault(file, context))
    .filter(({ id }) => only.length === 0 || only.some((pattern) => matchesGlob(pattern, id)));
  const fileOf = new Map<string, string>();
  for (const { id, file } of faults) {
    const other = fileOf.get(id);
    if (other !== undefined)
      throw new HarnessError(
        'SPEC_ERR_DUPLICATE',
        `expected the id of each fault to be unique, got '${id}' again (the first is in ${other})`,
        { place: { file } },
      );
    fileOf.set(id, file);
  }
  if (faults.length === 0) throw new HarnessError('SPEC_ERR_NOTHING_SELECTED', `expected faults in ${folders.join(', ')}, got none`);
  return faults;
}

/** Brings the faults up in as few labs as they fit into, one after the other, and scores what is said of each. */
export async function runBench(settings: BenchSettings): Promise<BenchResult> {
  const startedAt = performance.now();
  mkdirSync(settings.out, { recursive: true });
  const batches = batchesOf(readFaults(settings));
  const faults: Scored[] = [];
  const healthy: HealthyScore[] = [];
  for (const [index, batch] of batches.entries()) {
    if (settings.signal.aborted) break;
    const where = `run ${index + 1} of ${batches.length} (${batch.paths.length} paths)`;
    settings.onProgress(where);
    const record = await runBatch(batch, {
      folder: join(settings.out, `run-${index + 1}`),
      signal: settings.signal,
      onProgress: (what) => settings.onProgress(`${where}, ${what}`),
    });
    for (const fault of batch.faults) {
      if (fault.truth === null) healthy.push(scoreHealthy(record, fault));
      else faults.push(scoreFault(record, fault));
    }
  }
  return { faults, healthy, totals: totalsOf(faults, healthy), seconds: (performance.now() - startedAt) / 1000, runs: batches.length };
}
