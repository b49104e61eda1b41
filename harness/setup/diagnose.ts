import type { Capability, Machine } from './capability.ts';
import { PROBES, type Probe } from './probes.ts';

/** Whether a lab can run here, and why not. */
export interface LabState {
  readonly canRun: boolean;
  /** One sentence. */
  readonly because: string;
}

/** What the machine has, and what that is enough for. */
export interface Diagnosis {
  readonly capabilities: readonly Capability[];
  readonly labs: { readonly netns: LabState; readonly docker: LabState };
}

async function look({ look: probe, ...about }: Probe, machine: Machine): Promise<Capability> {
  const sighting = await probe(machine);
  return sighting.present
    ? { ...about, present: true, version: sighting.version, because: null }
    : { ...about, present: false, version: null, because: sighting.because, packages: sighting.byPackage ? about.packages : [] };
}

/** Looks for everything at once. Changes nothing: what needs a try is tried in namespaces that end with it. */
export async function diagnose(machine: Machine): Promise<Diagnosis> {
  return conclude(await Promise.all(PROBES.map((probe) => look(probe, machine))));
}

/** What the capabilities are enough for. Pure. */
export function conclude(capabilities: readonly Capability[]): Diagnosis {
  const labs = { netns: labState(capabilities, 'netns'), docker: labState(capabilities, 'docker') };
  return { capabilities, labs };
}

function labState(capabilities: readonly Capability[], need: 'netns' | 'docker'): LabState {
  const missing = capabilities.filter((capability) => capability.need === need && !capability.present);
  if (missing.length === 0) return { canRun: true, because: 'everything it needs is there' };
  return { canRun: false, because: `missing: ${missing.map(({ title, because }) => `${title} (${because ?? 'absent'})`).join('; ')}` };
}

export const canRunSomething = ({ labs }: Diagnosis): boolean => labs.netns.canRun || labs.docker.canRun;
