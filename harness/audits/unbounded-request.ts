import { viewHandshake } from '../blame/handshake-view.ts';
import { hostTitle } from '../blame/host-title.ts';
import { unknownBlame } from '../blame/unknown-blame.ts';
import type { HandshakeEvidence, Recorded } from '../model/evidence.ts';
import type { Blame, Finding } from '../model/finding.ts';
import { outcomeLabel } from '../model/outcome.ts';
import { isControl } from '../model/path.ts';
import { defineAudit } from './audit.ts';
import type { AuditInput } from './audit.ts';
import { byScenario, counted, refsOf, scenarioFindings } from './scenario-findings.ts';

type Input = AuditInput<'handshakes' | 'hosts'>;
type Attempt = Recorded<HandshakeEvidence>;

/** Oversized requests that got neither an answer nor an end, while the control path gave one. */
export const unboundedRequest = defineAudit({
  id: 'unbounded-request',
  title: 'Oversized requests were answered or cut off',
  failureTitle: 'An oversized request hung',
  cite: 'RFC 9110 section 5.4',
  requires: ['handshakes', 'hosts'],
  judges: ['handshakes'],
  evaluate(input) {
    if (isControl(input.path)) return [];
    const sized = input.subject.handshakes.filter(({ concern }) => concern === 'size');
    return [...byScenario(sized)].map(([scenario, attempts]) => judge(input, scenario, attempts));
  },
});

function judge(input: Input, scenario: string, attempts: readonly Attempt[]): Finding {
  const findings = scenarioFindings('unbounded-request', input.path, scenario);
  const hung = attempts.filter((attempt) => isHung(attempt) && !hungOnControl(input, attempt));
  const measures = { hungCases: hung.length, totalCases: attempts.length };
  if (hung.length === 0) {
    const refused = new Set(attempts.map(({ outcome }) => outcomeLabel(outcome)));
    const summary = `${counted(attempts.length, 'oversized request')} ended with ${[...refused].sort().join(', ')}`;
    return findings.pass(summary, { evidence: refsOf(attempts), measures });
  }
  const titles = hung.map(({ title }) => title).join(', ');
  const blame = blameHang(input, hung, `gave no answer to ${titles}, and did not end the connection`);
  return findings.fail(blame.because, { blame, evidence: refsOf(hung), measures, cases: hung.map(({ caseId }) => caseId) });
}

/** A 101 of the origin that did not come through has nothing to do with the size. */
const isHung = (attempt: Attempt): boolean =>
  attempt.outcome.kind === 'timeout' && attempt.outcome.waitingFor === 'response' && viewHandshake(attempt).originSent?.status !== 101;

const hungOnControl = ({ controlEvidence }: Input, { scenario, caseId }: Attempt): boolean =>
  controlEvidence.handshakes.some((other) => other.scenario === scenario && other.caseId === caseId && isHung(other));

/** Over links that lose nothing the only proxy has it, when it passed on nothing or the origin answered what came. */
function blameHang({ path, subject }: Input, hung: readonly Attempt[], did: string): Blame {
  const only = path.proxies.length === 1 ? path.proxies[0] : undefined;
  const isLossless = path.links.every(({ impairments }) => impairments.length === 0);
  const isItsOwn = hung.every((attempt) => {
    const view = viewHandshake(attempt);
    return view.originSaw === 'nothing' || view.originSent !== null;
  });
  if (only === undefined || !isLossless || !isItsOwn) return unknownBlame(`somebody on the path ${did}`);
  const because = `${hostTitle(only.name, subject.hosts)} ${did}`;
  return { ...unknownBlame(because), host: only.name, direction: 'to-client', confidence: 'likely' };
}
