import { closingsTold } from './answer-closings.ts';
import { legsTold } from './answer-legs.ts';
import { qualityTold } from './answer-quality.ts';
import { retransmissionsTold } from './answer-retransmissions.ts';
import { blackholesTold, stallsTold } from './answer-stalls.ts';
import { upgradesTold } from './answer-upgrades.ts';
import type { AnalysisFacts } from './answer-words.ts';

/** As many sentences as are read. */
const MAX_SENTENCES = 8;

/**
 * The answer first: what became of the upgrades, who ended WebSockets, what happened between two captures, what was sent again and whether that matters, what stalled, and how far the
 * captures can be trusted. At most eight sentences or short groups of them, in that order; the least telling are left out. Holds untrusted text.
 */
export function answerOf(analysis: AnalysisFacts): readonly string[] {
  const told = [upgradesTold, closingsTold, legsTold, retransmissionsTold, stallsTold, blackholesTold, qualityTold].flatMap((part) =>
    part(analysis),
  );
  const kept = new Set(told.toSorted((a, b) => a.rank - b.rank).slice(0, MAX_SENTENCES));
  return told.filter((it) => kept.has(it)).map(({ text }) => text);
}
