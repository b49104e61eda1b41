import type { JudgedFinding } from '../harness/model/record.ts';
import { patchFileOf, type Remedy, shownRemedy } from '../harness/model/remedy.ts';

/** A longer patch is not read in a report; the file has it whole. */
const LINES = 60;

/** One line of a patch, with what it does to the config. */
export interface DiffLine {
  readonly kind: 'added' | 'removed' | 'kept' | 'place' | 'file';
  readonly text: string;
}

const KINDS: Readonly<Record<string, DiffLine['kind']>> = { '+': 'added', '-': 'removed', '@': 'place' };

/** The lines of a patch up to a limit, and how many there are beyond it. */
export function diffLines(patch: string): { readonly lines: readonly DiffLine[]; readonly more: number } {
  const all = patch.replace(/\n$/, '').split('\n');
  // The first two name the file; a removed line may begin with two dashes of its own.
  const lines = all
    .slice(0, LINES)
    .map((text, index): DiffLine => ({ kind: index < 2 ? 'file' : (KINDS[text.charAt(0)] ?? 'kept'), text }));
  return { lines, more: all.length - lines.length };
}

/** The remedy that is shown for a finding; null where there is none to show. */
export const remedyOf = ({ remedies }: JudgedFinding): Remedy | null => shownRemedy(remedies);

export const STATUS_WORDS: Readonly<Record<Remedy['status'], string>> = {
  verified: 'verified: applied to a copy and run',
  untried: 'untried',
  failed: 'failed',
};

/** A remedy in one line for reports that have no room for the patch: what to do, whether it was tried, and where the patch is. */
export const cureLine = (remedy: Remedy): string => `${remedy.title} (${remedy.status}; patch: ${patchFileOf(remedy)})`;
