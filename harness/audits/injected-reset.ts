import { blameLinkOf, onControlPath } from '../blame/blame-link.ts';
import { confidenceIn } from '../blame/capture-trust.ts';
import { strangeResetsOf, strangeResetWords } from '../blame/strange-reset.ts';
import type { Recorded } from '../model/evidence.ts';
import type { LegEvidence } from '../model/wire-evidence.ts';
import { defineAudit } from './audit.ts';
import type { AuditInput } from './audit.ts';
import { judgeLegs, type LegFault } from './leg-faults.ts';

type Input = AuditInput<'legs' | 'captures' | 'instruments'>;

/** A reset that came to one end in the other's name, and that the other never sent. */
export const injectedReset = defineAudit({
  id: 'injected-reset',
  title: 'Every reset was sent by the end that it names',
  failureTitle: 'A reset was injected between two hosts',
  cite: 'RFC 9293 section 3.5.2, RFC 3360',
  requires: ['legs', 'captures', 'instruments'],
  judges: ['legs'],
  evaluate: (input) => judgeLegs('injected-reset', input, (leg) => faultOf(leg, input), 'no reset came that nobody had sent'),
});

function faultOf(leg: Recorded<LegEvidence>, input: Input): LegFault | null {
  const strangers = strangeResetsOf(leg, { path: input.path, ...input.subject });
  const proven = strangers.filter(({ doubt }) => doubt === null);
  const told = proven.length > 0 ? proven : strangers;
  const [first] = told.toSorted((one, other) => one.atMs - other.atMs);
  if (first === undefined) return null;
  const blame = blameLinkOf(leg, first.direction, strangeResetWords(leg, told), confidenceIn(leg, input.subject.captures));
  const isAlone = onControlPath(leg, input.path, input.control) === 'absent';
  return {
    leg,
    blame: told.length > 1 ? { ...blame, direction: null } : blame,
    doubt: first.doubt ?? (isAlone ? 'the control path does not cross this link, so there is nothing to compare with' : null),
    measures: { injectedResets: told.length },
    columns: ['leg', 'client port', 'arrived at', 'frame', 'capture', 'odd about it'],
    row: [
      leg.leg,
      String(leg.clientPort),
      told.map(({ receiver }) => receiver).join(', '),
      told.map(({ frame }) => String(frame)).join(', '),
      told.map(({ file }) => file ?? '').join(', '),
      told.flatMap(({ oddities }) => oddities).join('; ') || '-',
    ],
  };
}
