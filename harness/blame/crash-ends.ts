import type { ActionEvidence, HostActionKind } from '../model/action-evidence.ts';
import type { CrashEvidence } from '../model/crash-evidence.ts';
import type { HostEvidence, LoadEvidence } from '../model/evidence.ts';
import type { Blame } from '../model/finding.ts';
import type { LoadBucket } from '../model/load.ts';
import { hostTitle } from './host-title.ts';

/** Part of what is counted that must have come to pass from the crash on. */
const MOST = 0.8;

/** Actions after which no connection through the host goes on, and what was done, in words. */
const ENDING: ReadonlyMap<HostActionKind, string> = new Map([
  ['kill', 'was killed'],
  ['restart', 'was killed and started again'],
  ['stop', 'was told to stop'],
]);

interface Counted {
  /** Of one path and scenario. */
  readonly crashes: readonly CrashEvidence[];
  /** What the run itself did to hosts of the path in that scenario. */
  readonly actions: readonly ActionEvidence[];
  readonly slots: readonly LoadEvidence[];
  readonly hosts: readonly HostEvidence[];
  /** How many there are in one piece of time. */
  readonly of: (bucket: LoadBucket) => number;
  /** `12 sessions were lost`. */
  readonly words: string;
}

/** When a host ended, and for which slots that counts: one that ended by itself is gone for all that follow, what the run did is made whole after a slot. */
interface HostEnd {
  readonly host: string;
  readonly fromMs: number;
  readonly lastsOverSlots: boolean;
  readonly words: string;
}

/**
 * The host that ended while a load ran, by itself or because the run ended it, where nearly all that is counted came to pass from then on. Null where none
 * did, or more than one: then the counts do not tell whose end it was.
 */
export function blameCrash({ crashes, actions, slots, hosts, of, words }: Counted): Blame | null {
  const ends = [...crashes.map(endOfCrash), ...actions.flatMap(endOfAction)].toSorted((one, other) => one.fromMs - other.fromMs);
  const [first] = ends;
  if (first === undefined || ends.some(({ host }) => host !== first.host)) return null;
  let [all, since] = [0, 0];
  for (const slot of slots) {
    const own = ends.find(({ fromMs, lastsOverSlots }) => lastsOverSlots || (fromMs >= slot.startedAtMs && fromMs <= slot.endedAtMs));
    for (const bucket of slot.series) {
      const count = of(bucket);
      all += count;
      if (own !== undefined && slot.startedAtMs + bucket.atMs + slot.bucketMs >= own.fromMs) since += count;
    }
  }
  if (all === 0 || since < MOST * all) return null;
  const because = `${hostTitle(first.host, hosts)} ${first.words} while the load ran, and ${words} from then on`;
  return { host: first.host, leg: null, direction: null, confidence: 'likely', because, config: null, innocent: [] };
}

const endOfCrash = ({ host, fromMs, what }: CrashEvidence): HostEnd => ({
  host,
  fromMs,
  lastsOverSlots: true,
  words: what === 'worker' ? 'lost a worker process' : 'ended by itself',
});

function endOfAction({ host, do: kind, startedAtMs: fromMs, how }: ActionEvidence): readonly HostEnd[] {
  const done = ENDING.get(kind);
  return done === undefined ? [] : [{ host, fromMs, lastsOverSlots: false, words: `${done} by the run (${how})` }];
}
