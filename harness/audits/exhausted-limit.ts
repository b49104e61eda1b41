import { unknownBlame } from '../blame/unknown-blame.ts';
import type { Blame, Finding } from '../model/finding.ts';
import { type AuditInput, defineAudit } from './audit.ts';
import { logDetails } from './blame-words.ts';
import { aboveWords, type Capacity, hasReached, isTheLimit, limitTitle } from './capacity-words.ts';
import { byScenario, counted, refsOf, scenarioFindings } from './scenario-findings.ts';

type Input = AuditInput<'capacities' | 'hosts' | 'proxyLogs'>;

/** A limit of number that a few sockets reach: which one, whose, and what the sockets above it saw. */
export const exhaustedLimit = defineAudit({
  id: 'exhausted-limit',
  title: 'A small number of sockets fits',
  failureTitle: 'A limit of number was reached',
  cite: 'RFC 6455 section 7.2.3',
  requires: ['capacities', 'hosts', 'proxyLogs'],
  judges: ['capacities'],
  evaluate: (input) => [...byScenario(input.subject.capacities)].flatMap(([scenario, cases]) => judge(input, scenario, cases)),
});

function judge(input: Input, scenario: string, cases: readonly Capacity[]): readonly Finding[] {
  const findings = scenarioFindings('exhausted-limit', input.path, scenario);
  const reached = cases.filter((one) => hasReached(one) && (one.resource !== 'backlog' || isTheLimit(one)));
  if (reached.length === 0) {
    const opened = Math.max(...cases.map((one) => one.opened));
    const summary =
      opened === 0
        ? 'no socket opens here at all, so no limit of number was looked for'
        : `${counted(opened, 'socket')} at once were accepted`;
    return [findings.pass(summary, { evidence: refsOf(cases), measures: { opened } })];
  }
  return reached.map((one) => {
    const logs = logsOf(one, input);
    const blame = blameOf(one, input, logs.length > 0);
    const { opened, heldAnswered, recoveredAfterMs, caseId } = one;
    const measures = { opened, heldAnswered, ...(recoveredAfterMs === null ? {} : { recoveredAfterMs }) };
    const after = recoveredAfterMs === null ? 'no room came back' : `there was room ${recoveredAfterMs} ms after two were let go`;
    const silenced = heldAnswered < opened ? `; of the ${opened} that were open ${opened - heldAnswered} no longer answered` : '';
    const rest = { blame, measures, evidence: refsOf([one, ...logs]), details: logDetails(logs) };
    return { ...findings.fail(`${blame.because}; ${after}${silenced}`, rest), cases: [caseId] };
  });
}

function blameOf(one: Capacity, { subject }: Input, isLogged: boolean): Blame {
  const { configured, opened, above } = one;
  const seen = `above ${counted(opened, 'open socket')} the next were not accepted (${aboveWords(above)})`;
  if (configured === null || !isTheLimit(one)) {
    const declared = configured === null ? '' : `, and ${limitTitle(one, subject.hosts)} is another number`;
    return unknownBlame(`${seen}${declared}`);
  }
  return {
    host: configured.host,
    leg: null,
    direction: 'to-origin',
    confidence: isLogged ? 'certain' : 'likely',
    because: `${seen}: ${limitTitle(one, subject.hosts)}, is reached`,
    config: configured.line,
    innocent: [],
  };
}

const LATE_MS = 500;

/** What the host itself says of the time: an error, or a request that it answered without a server. */
const logsOf = ({ configured, startedAtMs, endedAtMs }: Capacity, { subject }: Input): Input['subject']['proxyLogs'] =>
  subject.proxyLogs.filter(
    ({ host, entry: { kind, atMs, status, serverStatus } }) =>
      host === configured?.host &&
      atMs !== null &&
      atMs >= startedAtMs - 1000 &&
      atMs <= endedAtMs + LATE_MS &&
      (kind === 'error' || (status !== null && status >= 400 && serverStatus === null)),
  );
