import type { LoadEvidence } from '../model/evidence.ts';
import { counted } from './scenario-findings.ts';

/** `; 40 messages that were due were not sent`: a load without sessions misses its due times, which is no loss of the path's. Empty where all were sent. */
export function missedWords(slots: readonly Pick<LoadEvidence, 'missed'>[]): string {
  const missed = slots.reduce((sum, slot) => sum + slot.missed, 0);
  return missed === 0 ? '' : `; ${counted(missed, 'message that was due was', 'messages that were due were')} not sent`;
}
