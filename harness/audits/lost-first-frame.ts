import { blameChange } from '../blame/changer.ts';
import { viewHandshake } from '../blame/handshake-view.ts';
import { unknownBlame } from '../blame/unknown-blame.ts';
import type { HandshakeEvidence, Recorded } from '../model/evidence.ts';
import type { Blame, Finding } from '../model/finding.ts';
import { isControl } from '../model/path.ts';
import { defineAudit } from './audit.ts';
import type { AuditInput } from './audit.ts';
import { blameSentence } from './blame-words.ts';
import { byScenario, counted, refsOf, scenarioFindings } from './scenario-findings.ts';

type Input = AuditInput<'handshakes' | 'hosts'>;
type Handshake = Recorded<HandshakeEvidence>;

/** A frame that is sent together with the request must reach the origin: nothing in RFC 6455 or RFC 9112 lets a proxy drop it. */
export const lostFirstFrame = defineAudit({
  id: 'lost-first-frame',
  title: 'Frames sent with the request were echoed',
  failureTitle: 'A frame sent with the request was lost',
  cite: 'RFC 6455 section 4.1, RFC 9110 section 7.8',
  requires: ['handshakes', 'hosts'],
  judges: ['handshakes'],
  evaluate(input) {
    // Of a handshake that was refused nothing can be said here; refused-upgrade reports it.
    const early = input.subject.handshakes.filter(({ echo, outcome }) => echo?.sentWithRequest === true && outcome.kind === 'upgraded');
    return [...byScenario(early)].map(([scenario, handshakes]) => judge(input, scenario, handshakes));
  },
});

function judge(input: Input, scenario: string, handshakes: readonly Handshake[]): Finding {
  const findings = scenarioFindings('lost-first-frame', input.path, scenario);
  const lost = handshakes.filter(({ echo }) => echo?.echoed === false);
  const evidence = refsOf(lost.length === 0 ? handshakes : lost);
  const [first] = lost;
  if (first === undefined) return findings.pass(`${counted(handshakes.length, 'frame')} sent with the request came back`, { evidence });
  if (!isControl(input.path) && !lost.some((handshake) => cameBackOnControl(input, handshake))) {
    const summary = `${counted(lost.length, 'frame')} sent with the request did not come back, and none came back on the control path either`;
    return findings.inconclusive(summary, { evidence });
  }
  const blame = blameOf(input, first);
  return findings.fail(blameSentence(blame, input.subject.hosts, undefined), {
    blame,
    evidence,
    measures: { lostFrames: lost.length, lostBytes: first.echo?.sentBytes ?? 0 },
    details: [{ kind: 'text', title: 'Cases', text: lost.map(({ caseId }) => caseId).join(', ') }],
  });
}

const cameBackOnControl = (input: Input, { scenario, caseId }: Handshake): boolean =>
  input.controlEvidence.handshakes.some((other) => other.scenario === scenario && other.caseId === caseId && other.echo?.echoed === true);

function blameOf(input: Input, handshake: Handshake): Blame {
  const { origin, originReceived, afterHeadAtOrigin, sent } = viewHandshake(handshake);
  if (origin === null || originReceived === null)
    return unknownBlame('a frame sent with the request was not echoed, and the origin kept no record of the request');
  const hasArrived = origin.framesReceived > 0;
  // Later bytes of the same TCP stream arrived without these: no link can do that. Without later bytes the stream may have stalled.
  const isProven = !hasArrived && afterHeadAtOrigin > 0;
  if (!isProven && input.path.links.some(({ impairments }) => impairments.length > 0))
    return unknownBlame('a frame sent with the request was not echoed in time, over links that may have kept it');
  const blame = blameChange({
    path: input.path,
    hosts: input.subject.hosts,
    symptoms: ['loses-first-frame'],
    header: null,
    seenBy: () => ({ target: sent?.target ?? null, server: null, status: null }),
    direction: hasArrived ? 'to-client' : 'to-origin',
    did: hasArrived
      ? 'lost the echo of a frame that reached the origin with the request'
      : `lost the ${handshake.echo?.sentBytes ?? 0} bytes that came with the request`,
  });
  return blame.confidence === 'certain' && !isProven ? { ...blame, confidence: 'likely' } : blame;
}
