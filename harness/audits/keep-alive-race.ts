import { unknownBlame } from '../blame/unknown-blame.ts';
import type { Finding, FindingDetail } from '../model/finding.ts';
import type { KeptReuse } from '../model/limit-evidence.ts';
import { type AuditInput, defineAudit } from './audit.ts';
import type { Rung } from './ladder-verdict.ts';
import { seconds } from './ladder-words.ts';
import { byScenario, counted, refsOf, scenarioFindings } from './scenario-findings.ts';

type Input = AuditInput<'ladders'>;

/** A request that is sent this near to the close may cross it on the wire: RFC 9112 section 9.5 leaves that to the client. */
const RACE_MS = 60;
const RACE_SHARE = 0.05;

/** A request over a kept connection that was lost, or answered by an error of a proxy, although the connection had time left. */
export const keepAliveRace = defineAudit({
  id: 'keep-alive-race',
  title: 'Kept connections can be used until they are closed',
  failureTitle: 'A reused connection lost a request',
  cite: 'RFC 9112 section 9.3',
  requires: ['ladders'],
  judges: ['ladders'],
  evaluate: (input) =>
    [...byScenario(input.subject.ladders)].flatMap(([scenario, rungs]) => {
      const kept = rungs.find(({ reuses }) => reuses !== undefined);
      return kept === undefined ? [] : [judge(input, scenario, kept, kept.reuses ?? [])];
    }),
});

function judge({ path }: Input, scenario: string, rung: Rung, reuses: readonly KeptReuse[]): Finding {
  const findings = scenarioFindings('keep-alive-race', path, scenario);
  const limitMs = rung.limitMs ?? Math.min(...rung.configured.map((one) => one.limitMs), rung.watchedMs);
  const earliestMs = limitMs - Math.max(RACE_MS, limitMs * RACE_SHARE) - (rung.slackMs ?? 0);
  const sent = reuses.filter(({ endedBefore }) => !endedBefore);
  const lost = sent.filter(({ status }) => status === null);
  const spoilt = sent.filter(({ status }) => status !== null && status >= 500);
  const wrong = [...lost.filter(({ idleMs }) => idleMs < earliestMs), ...spoilt];
  const rest = {
    evidence: refsOf([rung]),
    details: [table(reuses)],
    measures: { limitMs: Math.round(limitMs), sent: sent.length, lostInRace: lost.length },
  };
  const [first] = wrong;
  if (first === undefined) {
    const crossed =
      lost.length === 0 ? 'none was lost' : `${counted(lost.length, 'request')} crossed the close, which a client has to send again`;
    return findings.pass(
      `of ${counted(sent.length, 'request')} over kept connections around their limit of ${seconds(limitMs)} ${crossed}`,
      rest,
    );
  }
  const how = first.status === null ? 'got no answer' : `was answered ${first.status}`;
  const blame = unknownBlame(`a request over a connection that had been kept for ${seconds(first.idleMs)} of ${seconds(limitMs)} ${how}`);
  return findings.fail(blame.because, { ...rest, blame });
}

const table = (reuses: readonly KeptReuse[]): FindingDetail => ({
  kind: 'table',
  title: 'Requests over kept connections',
  columns: ['idle before', 'answer'],
  rows: reuses.map(({ idleMs, status, endedBefore }) => [
    `${idleMs} ms`,
    endedBefore ? 'closed before, so not sent' : (status?.toString() ?? 'lost'),
  ]),
});
