import type { LoadEvidence } from '../model/evidence.ts';
import type { LivePath, ScenarioContext, WantedLoad } from './scenario.ts';

/** One slot of a load, as evidence has to name it. */
export interface LoadSlot extends WantedLoad, Pick<LoadEvidence, 'scenario' | 'comparedFor' | 'slot'> {
  readonly on: LivePath;
  /** Name of the profile. */
  readonly name: string;
}

/**
 * Makes a load on a path as one stimulus, and records what came of it. Returns whether it refused every upgrade, or nothing could be asked of it: then the rest of
 * its slots say nothing more.
 */
export async function loadSlot(
  context: Pick<ScenarioContext<object>, 'stimulus' | 'record'>,
  { on, name, scenario, comparedFor, slot, ...wanted }: LoadSlot,
): Promise<boolean> {
  let upgraded = 0;
  await context.stimulus(on, async () => {
    const reply = await on.load(wanted);
    upgraded = reply.upgraded;
    context.record('loads', { path: on.path.id, scenario, comparedFor, slot, profile: name, requested: wanted.profile, ...reply });
  });
  return upgraded === 0;
}
