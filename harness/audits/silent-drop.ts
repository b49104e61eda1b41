import { blameLinkOf, confidenceIn } from '../blame/blame-link.ts';
import type { Deafness } from '../model/capture-analysis.ts';
import type { LegEvidence, Recorded } from '../model/evidence.ts';
import type { Direction } from '../model/impairment.ts';
import { defineAudit } from './audit.ts';
import type { AuditInput } from './audit.ts';
import { judgeLegs, type LegFault } from './leg-faults.ts';

type Input = AuditInput<'legs' | 'captures' | 'instruments'>;

/** Fewer lost packets at the end of a connection are ordinary loss: a last FIN, or an acknowledgement. */
const MIN_RESENDS = 2;
const MIN_LASTED_MS = 300;

/**
 * From some moment on nothing that one end sent arrived, though it sent it again: a device between the two dropped the flow without a word. Both ends
 * believe that they are connected.
 */
export const silentDrop = defineAudit({
  id: 'silent-drop',
  title: 'What was sent on a leg arrived, or was refused aloud',
  failureTitle: 'A flow was dropped without a word',
  cite: 'RFC 5382 section 5 (REQ-5), RFC 9293 section 3.8.3',
  requires: ['legs', 'captures', 'instruments'],
  judges: ['legs'],
  evaluate: (input) => judgeLegs('silent-drop', input, (leg) => faultOf(leg, input), 'no connection went deaf'),
});

function faultOf(leg: Recorded<LegEvidence>, input: Input): LegFault | null {
  const { transit } = leg;
  if (transit === null) return null;
  const found = worst(transit.deaf.nearToFar, 'to-origin') ?? worst(transit.deaf.farToNear, 'to-client');
  if (found === null) return null;
  const { deaf, direction } = found;
  const [sender, receiver] = direction === 'to-origin' ? [leg.from, leg.to] : [leg.to, leg.from];
  const silence = deaf.silentForMs >= 1 ? `after ${Math.round(deaf.silentForMs)} ms of silence ` : '';
  const because =
    `${silence}nothing that ${sender} sent reached ${receiver} any more: ${deaf.lostPackets} packets in ${Math.round(deaf.lastedMs)} ms, ` +
    `${deaf.resends} of them sent again, left ${sender} and did not arrive, and nobody was told`;
  return {
    leg,
    blame: blameLinkOf(leg, direction, because, confidenceIn(leg, input.subject.captures)),
    measures: { lostPackets: deaf.lostPackets, silentForMs: Math.round(deaf.silentForMs), lastedMs: Math.round(deaf.lastedMs) },
    row: [
      leg.leg,
      String(leg.clientPort),
      direction,
      `${Math.round(deaf.silentForMs)} ms`,
      String(deaf.lostPackets),
      `frame ${deaf.frame}`,
    ],
    columns: ['leg', 'client port', 'direction', 'silent before', 'lost packets', 'since'],
  };
}

function worst(deaf: Deafness | null, direction: Direction): { readonly deaf: Deafness; readonly direction: Direction } | null {
  return deaf !== null && deaf.resends >= MIN_RESENDS && deaf.lastedMs >= MIN_LASTED_MS ? { deaf, direction } : null;
}
