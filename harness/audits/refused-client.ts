import { blameSentence } from './blame-words.ts';
import { unknownBlame } from '../blame/unknown-blame.ts';
import { hostTitle } from '../blame/host-title.ts';
import type { Recorded } from '../model/evidence.ts';
import type { ForeignClientEvidence } from '../model/client-evidence.ts';
import type { Blame, Finding } from '../model/finding.ts';
import { isControl } from '../model/path.ts';
import { outcomeLabel } from '../model/outcome.ts';
import { blameChange } from '../blame/changer.ts';
import { hasToken, parseRequestHead } from '../wire/http-head.ts';
import { hasStrangeProxyHeader } from './unexpected-proxy-header.ts';
import { defineAudit } from './audit.ts';
import type { AuditInput } from './audit.ts';
import { byScenario, counted, refsOf, scenarioFindings } from './scenario-findings.ts';

type Input = AuditInput<'foreignClients' | 'hosts'>;
type Client = Recorded<ForeignClientEvidence>;

/** A socket that a client of another make than the driver could not open, or over which its message did not come back. */
export const refusedClient = defineAudit({
  id: 'refused-client',
  title: 'Clients of other makes are served',
  failureTitle: 'A client of another make is not served',
  cite: 'RFC 6455 section 4.1',
  requires: ['foreignClients', 'hosts'],
  judges: ['foreignClients'],
  evaluate: (input) => [...byScenario(input.subject.foreignClients)].map(([scenario, clients]) => judge(input, scenario, clients)),
});

function judge(input: Input, scenario: string, clients: readonly Client[]): Finding {
  const findings = scenarioFindings('refused-client', input.path, scenario);
  const onControl = input.controlEvidence.foreignClients.filter((one) => one.scenario === scenario);
  const failsThere = ({ caseId }: Client): boolean =>
    !isControl(input.path) && onControl.some((one) => one.caseId === caseId && isRefused(one));
  const refused = clients.filter((one) => isRefused(one) && !failsThere(one));
  const measures = { refusedClients: refused.length, clients: clients.length };
  if (refused.length === 0)
    return findings.pass(`${counted(clients.length, 'client')} of another make got what the case asks for`, {
      evidence: refsOf(clients),
      measures,
    });
  const blame = blameOf(input, refused);
  return findings.fail(blameSentence(blame, input.subject.hosts, undefined), {
    blame,
    measures,
    cases: refused.map(({ caseId }) => caseId),
    evidence: refsOf(refused),
    details: [
      {
        kind: 'table',
        title: 'Clients',
        columns: ['case', 'client', 'outcome', 'in its own words'],
        rows: refused.map(({ caseId, client, clientVersion, outcome, echoed, words }) => [
          caseId,
          `${client} ${clientVersion ?? ''}`.trimEnd(),
          `${outcomeLabel(outcome)}${echoed === false ? ', no echo' : ''}`,
          words,
        ]),
      },
    ],
  });
}

function asksForUpgrade(base64: string): boolean {
  const read = parseRequestHead(Buffer.from(base64, 'base64'));
  return (
    read.kind === 'complete' &&
    read.head.version >= 'HTTP/1.1' &&
    hasToken(read.head, 'Upgrade', 'websocket') &&
    hasToken(read.head, 'Connection', 'upgrade')
  );
}

/** A socket that opened where none may is another audit's matter, and so is a request that came with a PROXY header nobody sent. */
const isRefused = (client: ForeignClientEvidence): boolean => {
  const { acceptable, outcome, echoed } = client;
  if (hasStrangeProxyHeader(client)) return false;
  return outcome.kind === 'upgraded' ? acceptable.includes('101') && echoed === false : !acceptable.includes(outcomeLabel(outcome));
};

/**
 * A browser always asks for an upgrade, so a request that reached the origin without one was changed on the way. One that did not reach it stopped at
 * the only proxy, provided that the origin recorded the same client on the control path: else nobody knows whether it records such clients.
 */
function blameOf({ path, subject, controlEvidence }: Input, refused: readonly Client[]): Blame {
  const changed = refused.filter(({ originHeadBase64 }) => originHeadBase64 !== null && !asksForUpgrade(originHeadBase64));
  if (changed.length === refused.length) {
    const did = `passed the request of ${counted(refused.length, 'client')} (${refused.map(({ caseId }) => caseId).join(', ')}) on without its upgrade`;
    const seenBy = (): { target: null; server: null; status: null } => ({ target: null, server: null, status: null });
    return blameChange({
      path,
      hosts: subject.hosts,
      symptoms: ['drops-upgrade', 'speaks-http10'],
      header: null,
      seenBy,
      direction: 'to-origin',
      did,
    });
  }
  const isRecorded = controlEvidence.foreignClients.some(({ originHeadBase64 }) => originHeadBase64 !== null);
  const [first] = refused;
  const words = `${counted(refused.length, 'client')} (${refused.map(({ caseId }) => caseId).join(', ')}) could not use the path: ${first === undefined ? '' : outcomeLabel(first.outcome)}`;
  const [only, another] = path.proxies;
  const isUnseen = isRecorded && refused.every(({ originHeadBase64 }) => originHeadBase64 === null);
  if (only === undefined || another !== undefined || !isUnseen) return unknownBlame(words);
  const because = `${hostTitle(only.name, subject.hosts)} let nothing of ${counted(refused.length, 'client')} (${refused.map(({ caseId }) => caseId).join(', ')}) through to the origin`;
  return { host: only.name, leg: null, direction: 'to-origin', confidence: 'likely', because, config: null, innocent: [] };
}
