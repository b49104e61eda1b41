import { blameLinkOf, onControlPath } from '../blame/blame-link.ts';
import { confidenceIn } from '../blame/capture-trust.ts';
import { deafLegOf, type DeafLeg } from '../blame/deaf-leg.ts';
import type { Recorded } from '../model/evidence.ts';
import type { LegEvidence } from '../model/wire-evidence.ts';
import { defineAudit } from './audit.ts';
import type { AuditInput } from './audit.ts';
import { judgeLegs, type LegFault } from './leg-faults.ts';

type Input = AuditInput<'legs' | 'captures' | 'instruments'>;

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
  evaluate(input) {
    const ground = { path: input.path, ...input.subject };
    const faultOf = (leg: Recorded<LegEvidence>): LegFault | null => {
      const found = deafLegOf(leg, ground);
      return found === null ? null : faultOn(found, input);
    };
    return judgeLegs('silent-drop', input, faultOf, 'no connection went deaf');
  },
});

function faultOn({ leg, direction, deaf, sender, receiver, doubt }: DeafLeg<Recorded<LegEvidence>>, input: Input): LegFault {
  const silence = deaf.silentForMs >= 1 ? ` after ${Math.round(deaf.silentForMs)} ms of silence` : '';
  const [link, another] = leg.links;
  const where = link === undefined || another !== undefined ? `the leg ${leg.leg}` : link;
  const because =
    `${where} swallowed a flow${silence}: nothing that ${sender} sent reached ${receiver} any more; ${deaf.lostPackets} packets in ${Math.round(deaf.lastedMs)} ms, ` +
    `${deaf.resends} of them sent again, left ${sender} and did not arrive, and nobody was told`;
  const isAlone = onControlPath(leg, input.path, input.control) === 'absent';
  return {
    leg,
    blame: blameLinkOf(leg, direction, because, confidenceIn(leg, input.subject.captures)),
    doubt: doubt ?? (isAlone ? 'the control path does not cross this link, so there is nothing to compare with' : null),
    measures: { lostPackets: deaf.lostPackets, silentForMs: Math.round(deaf.silentForMs), lastedMs: Math.round(deaf.lastedMs) },
    columns: ['leg', 'client port', 'direction', 'silent before', 'lost packets', 'since'],
    row: [
      leg.leg,
      String(leg.clientPort),
      direction,
      `${Math.round(deaf.silentForMs)} ms`,
      String(deaf.lostPackets),
      `frame ${deaf.frame}`,
    ],
  };
}
