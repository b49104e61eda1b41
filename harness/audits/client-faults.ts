import { unknownBlame } from '../blame/unknown-blame.ts';
import { chooseConfigLine, linesOf } from '../blame/config-line.ts';
import { hostTitle } from '../blame/host-title.ts';
import type { ForeignClientEvidence } from '../model/client-evidence.ts';
import type { Recorded } from '../model/evidence.ts';
import type { Blame, Finding } from '../model/finding.ts';
import type { Direction } from '../model/impairment.ts';
import { outcomeLabel } from '../model/outcome.ts';
import { isControl } from '../model/path.ts';
import type { ConfigSymptom } from '../model/service.ts';
import type { AuditInput } from './audit.ts';
import { blameSentence } from './blame-words.ts';
import { byScenario, counted, refsOf, scenarioFindings } from './scenario-findings.ts';

export type ClientInput = AuditInput<'foreignClients' | 'hosts'>;

/** What an audit looks for in the records of clients of other makes. */
export interface ClientFault {
  readonly id: string;
  /** What the faulty clients met, said of whoever did it: `agreed on h2 and offered ...`. */
  readonly did: string;
  /** Whether the record has anything to say about it. */
  applies(client: ForeignClientEvidence): boolean;
  isFaulty(client: ForeignClientEvidence): boolean;
  readonly direction: Direction | null;
  /** Lines of a config that explain it. One of them in the only host that has any is a second instrument. */
  readonly symptoms: readonly ConfigSymptom[];
}

/** One finding a scenario that has such clients; what fails on the control path as well accuses nobody. */
export function findFaults(input: ClientInput, fault: ClientFault): readonly Finding[] {
  return [...byScenario(input.subject.foreignClients)].flatMap(([scenario, clients]) => {
    const judged = clients.filter((client) => fault.applies(client));
    if (judged.length === 0) return [];
    const findings = scenarioFindings(fault.id, input.path, scenario);
    const fails = (caseId: string): boolean =>
      !isControl(input.path) &&
      input.controlEvidence.foreignClients.some(
        (one) => one.scenario === scenario && one.caseId === caseId && fault.applies(one) && fault.isFaulty(one),
      );
    const faulty = judged.filter((client) => fault.isFaulty(client) && !fails(client.caseId));
    const measures = { faultyClients: faulty.length, clients: judged.length };
    if (faulty.length === 0)
      return [findings.pass(`${counted(judged.length, 'client')} met nothing of the kind`, { evidence: refsOf(judged), measures })];
    const blame = blameOf(input, fault, faulty);
    return [
      findings.fail(blameSentence(blame, input.subject.hosts, undefined), {
        blame,
        measures,
        cases: faulty.map(({ caseId }) => caseId),
        evidence: refsOf(faulty),
        details: [tableOf(faulty)],
      }),
    ];
  });
}

/** The only proxy; of several the only one whose config has a line that explains it; else nobody. */
function blameOf({ path, subject }: ClientInput, fault: ClientFault, faulty: readonly Recorded<ForeignClientEvidence>[]): Blame {
  const { hosts } = subject;
  const lineOf = (host: string): Blame['config'] =>
    chooseConfigLine(linesOf(host, hosts), fault.symptoms, { target: path.target, server: null, status: null });
  const names = path.proxies.map(({ name }) => name);
  const withLine = names.filter((name) => lineOf(name) !== null);
  const host = names.length === 1 ? names[0] : withLine.length === 1 ? withLine[0] : undefined;
  const who = `${counted(faulty.length, 'client')} (${faulty.map(({ caseId }) => caseId).join(', ')})`;
  if (host === undefined) return unknownBlame(`a host of the path ${fault.did}: ${who}`);
  const config = lineOf(host);
  return {
    host,
    leg: null,
    direction: fault.direction,
    confidence: config === null ? 'likely' : 'certain',
    because: `${hostTitle(host, hosts)} ${fault.did}: ${who}`,
    config,
    innocent: [],
  };
}

const tableOf = (faulty: readonly ForeignClientEvidence[]): Finding['details'][number] => ({
  kind: 'table',
  title: 'Clients',
  columns: ['case', 'client', 'outcome', 'in its own words', 'facts'],
  rows: faulty.map(({ caseId, client, outcome, words, facts }) => [
    caseId,
    client,
    outcomeLabel(outcome),
    words,
    Object.entries(facts)
      .map(([name, value]) => `${name} ${value}`)
      .join(', '),
  ]),
});
