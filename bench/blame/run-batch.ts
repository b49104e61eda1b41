import { cpus, release } from 'node:os';
import { scenarios as allScenarios } from '../../scenarios/index.ts';
import { recordOf } from '../../harness/cli/judge-folder.ts';
import { openLab } from '../../harness/cli/open-lab.ts';
import { packageRoot, packageVersion } from '../../harness/cli/package-root.ts';
import { services } from '../../harness/cli/services.ts';
import { makeScratchDir, sessionName } from '../../harness/lab/session.ts';
import { RECORD_SCHEMA_VERSION, type RunRecord } from '../../harness/model/record.ts';
import type { RunFacts } from '../../harness/model/run-facts.ts';
import { RunFolder } from '../../harness/run/run-folder.ts';
import { runScenarios } from '../../harness/run/run.ts';
import type { Batch } from './batches.ts';

const CONGESTION_CONTROL = 'reno';
const SEED = 1;

interface BatchSettings {
  /** A new folder for the evidence. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly onProgress: (what: string) => void;
}

/** Runs a batch for real in namespaces, as `hopscope run` does, and judges it. Throws HarnessErrors. */
export async function runBatch(batch: Batch, { folder: dir, signal, onProgress }: BatchSettings): Promise<RunRecord> {
  const folder = new RunFolder(dir);
  const startedAt = new Date();
  const chosen = allScenarios.filter(({ id }) => batch.scenarios.includes(id));
  await using opened = await openLab('netns', {
    packageRoot: packageRoot(),
    scratchDir: makeScratchDir(),
    evidenceDir: folder.dir,
    sessionId: sessionName(),
    congestionControl: CONGESTION_CONTROL,
    onProgress,
  });
  const facts: RunFacts = {
    schemaVersion: RECORD_SCHEMA_VERSION,
    tool: { name: 'hopscope', version: packageVersion() },
    run: {
      ...{ id: `blame-${startedAt.getTime()}`, startedAt: startedAt.toISOString(), elapsedMs: 0, interrupted: false },
      ...{ seed: SEED, specLabel: 'bench/blame', timeScaleNote: null },
    },
    lab: { kind: 'netns', because: opened.because, versions: opened.lab.versions },
    machine: { kernel: release(), cpus: cpus().length, node: process.version, congestionControl: CONGESTION_CONTROL },
    scenarios: chosen.map(({ id, title }) => ({ id, title })),
    paths: batch.paths,
    policy: { allow: [], inconclusive: 'allow' },
  };
  folder.writeFacts(facts);
  try {
    await runScenarios(opened.lab, {
      packageRoot: packageRoot(),
      services: new Map(services.map((service) => [service.name, service])),
      folder,
      congestionControl: CONGESTION_CONTROL,
      paths: batch.paths,
      scenarios: chosen.map((scenario) => ({ scenario, options: scenario.defaults })),
      seed: SEED,
      browserProgram: null,
      capture: { capture: 'auto', headerBytes: 128, megabytes: 64 },
      signal,
      onProgress: (scenario, what) => onProgress(`${scenario}: ${what}`),
    });
    folder.writeFacts({ ...facts, run: { ...facts.run, elapsedMs: Date.now() - startedAt.getTime() } });
  } finally {
    folder.close();
  }
  return await recordOf(dir);
}
