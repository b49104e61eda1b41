import { loadStopper } from '../blame/load-stopper.ts';
import { HarnessError } from '../errors.ts';
import type { EvidenceByKind, Recorded } from '../model/evidence.ts';
import type { RunFacts } from '../model/run-facts.ts';
import type { EvidenceSet } from '../run/run-folder.ts';

type Knee = Recorded<EvidenceByKind['knees']>;

/** The same evidence, with what stopped each search as far as all of it together says. */
export const withStoppers = (evidence: EvidenceSet, facts: RunFacts): EvidenceSet =>
  evidence.knees.length === 0 ? evidence : { ...evidence, knees: evidence.knees.map((knee) => withStopper(knee, evidence, facts)) };

function withStopper(knee: Knee, evidence: EvidenceSet, { paths, machine }: RunFacts): Knee {
  const path = paths.find(({ id }) => id === knee.path);
  if (path === undefined || knee.stoppedBy !== null) return knee;
  try {
    return { ...knee, stoppedBy: loadStopper(knee, { ...evidence, path, cpus: machine.cpus }) };
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    // A folder that was edited by hand is judged as far as it goes.
    return { ...knee, stoppedBy: { resource: 'unknown', host: null, because: error.message } };
  }
}
