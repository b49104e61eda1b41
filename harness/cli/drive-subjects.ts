import { cpus, release } from 'node:os';
import { scenarios as allScenarios } from '../../scenarios/index.ts';
import type { Lab } from '../lab/lab.ts';
import type { Path } from '../model/path.ts';
import type { Policy } from '../model/policy.ts';
import { RECORD_SCHEMA_VERSION } from '../model/record.ts';
import type { RunFacts } from '../model/run-facts.ts';
import type { ConfigTree } from '../model/surroundings.ts';
import type { SubjectFacts } from '../model/world.ts';
import type { RunFolder } from '../run/run-folder.ts';
import { runScenarios } from '../run/run.ts';
import { scenarioFacts } from '../run/scenario.ts';
import type { TimeScale } from '../run/time-scale.ts';
import { packageRoot, packageVersion } from './package-root.ts';
import type { Progress } from './progress.ts';
import { services } from './services.ts';

/** A run of users' own configs: like that of a spec, with worlds around the proxies. */
export interface SubjectDrive {
  readonly folder: RunFolder;
  readonly specLabel: string;
  readonly seed: number;
  readonly scenarios: readonly string[];
  readonly options?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly paths: readonly Path[];
  /** By host name. */
  readonly trees: ReadonlyMap<string, ConfigTree>;
  readonly subjects: readonly SubjectFacts[];
  readonly policy: Policy;
  readonly timeScale?: TimeScale;
  readonly timeScaleNote?: string;
  readonly isTrial?: boolean;
  readonly capture?: 'auto' | 'full' | 'headers' | 'off';
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

export const servicesByName = new Map(services.map((service) => [service.name, service]));

const CONGESTION_CONTROL = 'reno';
const HEADER_BYTES = 128;
const MEGABYTES = 64;

/** Drives the scenarios over the paths and records them in the folder, with its facts from the start on. Throws what runScenarios throws. */
export async function driveSubjects(
  { lab, because }: { readonly lab: Lab; readonly because: string },
  drive: SubjectDrive,
): Promise<RunFacts> {
  const { folder, paths, signal, progress, timeScale } = drive;
  const startedAt = new Date();
  const chosen = allScenarios.filter(({ id }) => drive.scenarios.includes(id));
  const facts = (interrupted: boolean): RunFacts => ({
    schemaVersion: RECORD_SCHEMA_VERSION,
    tool: { name: 'hopscope', version: packageVersion() },
    run: {
      id: `${startedAt.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}-${process.pid}`,
      startedAt: startedAt.toISOString(),
      elapsedMs: Date.now() - startedAt.getTime(),
      interrupted,
      seed: drive.seed,
      specLabel: drive.specLabel,
      timeScaleNote: drive.timeScaleNote ?? null,
    },
    lab: { kind: lab.kind, because, versions: lab.versions },
    machine: { kernel: release(), cpus: cpus().length, node: process.version, congestionControl: CONGESTION_CONTROL },
    scenarios: chosen.map(scenarioFacts),
    paths,
    policy: drive.policy,
    subjects: drive.subjects,
  });
  folder.writeFacts(facts(true));
  let phase = '';
  await runScenarios(lab, {
    packageRoot: packageRoot(),
    services: servicesByName,
    folder,
    congestionControl: CONGESTION_CONTROL,
    ...(timeScale === undefined ? {} : { timeScale }),
    trees: drive.trees,
    paths,
    scenarios: chosen.map((scenario) => ({ scenario, options: { ...scenario.defaults, ...drive.options?.[scenario.id] } })),
    seed: drive.seed,
    capture: { capture: drive.capture ?? 'auto', headerBytes: HEADER_BYTES, megabytes: MEGABYTES },
    browserProgram: null,
    ...(drive.isTrial === true ? { isTrial: true } : {}),
    signal,
    onProgress: (scenario, what) => {
      const index = chosen.findIndex(({ id }) => id === scenario);
      if (scenario !== phase) progress.phase(chosen[index]?.title ?? scenario, index, chosen.length, chosen[index + 1]?.title ?? null);
      phase = scenario;
      progress.what(what);
    },
  });
  const done = facts(signal.aborted);
  folder.writeFacts(done);
  return done;
}
