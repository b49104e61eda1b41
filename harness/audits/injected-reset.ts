import { blameLinkOf, confidenceIn } from '../blame/blame-link.ts';
import type { LegEvidence, Recorded } from '../model/evidence.ts';
import type { Direction } from '../model/impairment.ts';
import { defineAudit } from './audit.ts';
import type { AuditInput } from './audit.ts';
import { judgeLegs, type LegFault } from './leg-faults.ts';

type Input = AuditInput<'legs' | 'captures' | 'instruments'>;

interface Stranger {
  readonly receiver: string;
  readonly sender: string;
  readonly direction: Direction;
  readonly frame: number;
  readonly file: string | null;
  readonly oddities: readonly string[];
}

/** A reset that came to one end in the other's name, and that the other never sent. */
export const injectedReset = defineAudit({
  id: 'injected-reset',
  title: 'Every reset was sent by the end that it names',
  failureTitle: 'A reset was injected between two hosts',
  cite: 'RFC 3360 section 2, RFC 9293 section 3.10.7',
  requires: ['legs', 'captures', 'instruments'],
  judges: ['legs'],
  evaluate: (input) => judgeLegs('injected-reset', input, (leg) => faultOf(leg, input), 'no reset came that nobody had sent'),
});

function faultOf(leg: Recorded<LegEvidence>, input: Input): LegFault | null {
  const strangers = strangersOf(leg);
  const [first] = strangers;
  if (first === undefined) return null;
  const odd = strangers.flatMap(({ oddities }) => oddities)[0];
  const because =
    strangers.length > 1
      ? `both ${leg.from} and ${leg.to} got a reset that the other had not sent${odd === undefined ? '' : ` (${odd})`}`
      : `${first.receiver} got a reset in the name of ${first.sender}, which had not sent it${odd === undefined ? '' : ` (${odd})`}`;
  return {
    leg,
    blame: blameLinkOf(leg, first.direction, because, confidenceIn(leg, input.subject.captures)),
    measures: { injectedResets: strangers.length },
    columns: ['leg', 'client port', 'arrived at', 'frame', 'capture', 'odd about it'],
    row: [
      leg.leg,
      String(leg.clientPort),
      strangers.map(({ receiver }) => receiver).join(', '),
      strangers.map(({ frame }) => String(frame)).join(', '),
      first.file ?? '',
      strangers.flatMap(({ oddities }) => oddities).join('; ') || '-',
    ],
  };
}

/** One for each end that got such resets. A connection of which the other end's capture has nothing was answered by something before it. */
function strangersOf(leg: LegEvidence): readonly Stranger[] {
  const atNear = { receiver: leg.from, sender: leg.to, direction: 'to-client', file: leg.nearFile } as const;
  const atFar = { receiver: leg.to, sender: leg.from, direction: 'to-origin', file: leg.farFile } as const;
  if (leg.transit === null) {
    if (leg.near === null || leg.far !== null || leg.farFile === null) return [];
    const fromThere = leg.near.resets.filter(({ from }) => from === 'b');
    return fromThere.slice(0, 1).map(({ frame, oddities }) => ({ ...atNear, frame, oddities }));
  }
  const { resets } = leg.transit;
  return (
    [
      ['near', atNear, leg.near],
      ['far', atFar, leg.far],
    ] as const
  ).flatMap(([end, words, seen]) => {
    const stranger = resets.find(({ arrivedAt, transitMs }) => arrivedAt === end && transitMs === null);
    if (stranger === undefined) return [];
    const oddities = seen?.resets.find(({ frame }) => frame === stranger.frame)?.oddities ?? [];
    return [{ ...words, frame: stranger.frame, oddities }];
  });
}
