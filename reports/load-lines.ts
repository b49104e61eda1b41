import type { LoadComparison, RunRecord } from '../harness/model/record.ts';
import { latencySentence } from './latency-words.ts';
import { ENDED_WORDS, kneeSentence, kneeStop, loadTitle, LOOP_WORDS, sessionWords, slotsOf } from './load-words.ts';

/** A load in a name and sentences: sessions and messages, latency as a difference, and what takes from its worth. Untrusted. */
export function loadLines(record: RunRecord, load: LoadComparison): { readonly title: string; readonly facts: readonly string[] } {
  const ended = new Set(slotsOf(record.loads, load).flatMap((slot) => ENDED_WORDS[slot.ended] ?? []));
  return {
    title: `${loadTitle(load)} (${LOOP_WORDS[load.loop]})`,
    facts: [
      sessionWords(load),
      latencySentence(load, load.inconclusiveBecause),
      ...(load.loop === 'closed' ? ['a closed loop asks less of a slow path, so its latency says little'] : []),
      ...[...ended].map((words) => `not the whole load: ${words}`),
    ],
  };
}

/** What each search found, and what ended first. Untrusted. */
export const kneeLines = ({ knees }: RunRecord): readonly string[] =>
  knees.map((knee) => {
    const stop = kneeStop(knee);
    return `${kneeSentence(knee)}${stop === null ? '' : `; what ended first: ${stop}`}`;
  });
