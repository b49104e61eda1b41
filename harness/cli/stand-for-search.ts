import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HarnessError } from '../errors.ts';
import { makeScratchDir, sessionName } from '../lab/session.ts';
import type { Subject } from '../model/subject.ts';
import { RunNames } from '../world/subject-paths.ts';
import type { SubjectOptions } from './check-options.ts';
import { servicesByName } from './drive-subjects.ts';
import { openLab } from './open-lab.ts';
import { packageRoot } from './package-root.ts';
import type { Progress } from './progress.ts';
import { readSubjects } from './read-subjects.ts';
import { standUp, type StoodSubject } from './stand-up.ts';

/** Second octets of topologies of one lab. */
const OCTETS = { first: 100, most: 100 };

/** The one config that a search is about. Throws what readSubjects throws. */
export async function readOneSubject(config: string, options: SubjectOptions): Promise<Subject> {
  const [subject] = await readSubjects({ ...options, configs: [config] }, process.cwd());
  if (subject === undefined) throw new RangeError('one config makes one subject');
  return subject;
}

/** Stands a config up in a lab of its own, which is gone afterwards: what a search then runs are its candidates. Throws what standUp throws. */
export async function standForSearch(
  subject: Subject,
  { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<StoodSubject> {
  const service = servicesByName.get(subject.service);
  if (service === undefined) throw new RangeError(`subject ${subject.id} has a known service`);
  const logs = mkdtempSync(join(tmpdir(), 'hopscope-tries-'));
  const onProgress = (what: string): void => progress.what(what);
  try {
    await using opened = await openLab('netns', {
      packageRoot: packageRoot(),
      scratchDir: makeScratchDir(),
      sessionId: sessionName(),
      congestionControl: 'reno',
      onProgress,
    });
    const octets = Array.from({ length: OCTETS.most }, (_, index) => OCTETS.first + index).values();
    return await standUp(subject, service, { lab: opened.lab, logs, names: new RunNames(), octets, signal, onProgress });
  } catch (error) {
    throw signal.aborted
      ? new HarnessError('RUN_ERR_INTERRUPTED', 'interrupted before the config had started once', { cause: error })
      : error;
  } finally {
    rmSync(logs, { recursive: true, force: true });
  }
}
