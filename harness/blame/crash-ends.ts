import type { CrashEvidence } from '../model/crash-evidence.ts';
import type { HostEvidence, LoadEvidence } from '../model/evidence.ts';
import type { Blame } from '../model/finding.ts';
import type { LoadBucket } from '../model/load.ts';
import { hostTitle } from './host-title.ts';

/** Part of what is counted that must have come to pass from the crash on. */
const MOST = 0.8;

interface Counted {
  /** Of one path and scenario. */
  readonly crashes: readonly CrashEvidence[];
  readonly slots: readonly LoadEvidence[];
  readonly hosts: readonly HostEvidence[];
  /** How many there are in one piece of time. */
  readonly of: (bucket: LoadBucket) => number;
  /** `12 sessions were lost`. */
  readonly words: string;
}

/**
 * The proxy that ended by itself while a load ran, where nearly all that is counted came to pass from then on. Null where none did, or more than one: then
 * the counts do not tell whose end it was.
 */
export function blameCrash({ crashes, slots, hosts, of, words }: Counted): Blame | null {
  const [first] = crashes.toSorted((one, other) => one.fromMs - other.fromMs);
  if (first === undefined || crashes.some(({ host }) => host !== first.host)) return null;
  let [all, since] = [0, 0];
  for (const slot of slots) {
    for (const bucket of slot.series) {
      const count = of(bucket);
      all += count;
      if (slot.startedAtMs + bucket.atMs + slot.bucketMs >= first.fromMs) since += count;
    }
  }
  if (all === 0 || since < MOST * all) return null;
  const because = `${hostTitle(first.host, hosts)} ${first.what === 'worker' ? 'lost a worker process' : 'ended by itself'} while the load ran, and ${words} from then on`;
  return { host: first.host, leg: null, direction: null, confidence: 'likely', because, config: null, innocent: [] };
}
