import type { UpgradeOutcome, UpgradeSeen } from '../../harness/model/content-analysis.ts';
import { MARKS, type CellMark } from '../cell-mark.ts';

interface OutcomeMark {
  readonly mark: CellMark;
  readonly words: string;
}

/** How an upgrade ended, in a word, with the mark whose symbol and colour it gets. */
export const OUTCOMES: Readonly<Record<UpgradeOutcome, OutcomeMark>> = {
  accepted: { mark: 'pass', words: 'accepted' },
  refused: { mark: 'fail', words: 'refused' },
  'wrong-accept': { mark: 'fail', words: 'wrong accept' },
  reset: { mark: 'fail', words: 'reset' },
  closed: { mark: 'fail', words: 'closed' },
  'no-answer': { mark: 'inconclusive', words: 'no answer' },
  unreadable: { mark: 'inconclusive', words: 'unreadable' },
};

export const symbolOf = (outcome: UpgradeOutcome): string => MARKS[OUTCOMES[outcome].mark].symbol;

const ORDER: readonly UpgradeOutcome[] = ['refused', 'wrong-accept', 'reset', 'closed', 'no-answer', 'unreadable', 'accepted'];

/** What was not accepted first, then in order of captures and time. */
export const byOutcome = (upgrades: readonly UpgradeSeen[]): readonly UpgradeSeen[] =>
  upgrades.toSorted((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome) || a.capture - b.capture || a.frame - b.frame);
