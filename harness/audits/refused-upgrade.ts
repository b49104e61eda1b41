import { innocentLinks } from '../blame/link-innocence.ts';
import type { Blame, Finding } from '../model/finding.ts';
import { isControl } from '../model/path.ts';
import { defineAudit } from './audit.ts';
import type { AuditInput } from './audit.ts';
import { countedRefusals } from './counted-refusals.ts';
import { refusedHandshakes } from './refused-handshakes.ts';
import { counted, scenarioFindings } from './scenario-findings.ts';
import { traceRefusals } from './traced-refusals.ts';

type Input = AuditInput<
  | 'handshakes'
  | 'loads'
  | 'idles'
  | 'tcpCounters'
  | 'links'
  | 'hosts'
  | 'proxyLogs'
  | 'legs'
  | 'captures'
  | 'instruments'
  | 'crashes'
  | 'actions'
>;

/** Opening handshakes that a correct path answers with 101 and this one did not, differently from its control path. */
export const refusedUpgrade = defineAudit({
  id: 'refused-upgrade',
  title: 'Every upgrade was accepted',
  failureTitle: 'An upgrade was refused',
  cite: 'RFC 6455 section 4.2.2',
  requires: [
    'handshakes',
    'loads',
    'idles',
    'tcpCounters',
    'links',
    'hosts',
    'proxyLogs',
    'legs',
    'captures',
    'instruments',
    'crashes',
    'actions',
  ],
  judges: ['handshakes', 'loads', 'idles'],
  evaluate(input) {
    const traced = traceRefusals(input);
    const scenarios = new Set(
      [...input.subject.handshakes, ...input.subject.loads, ...input.subject.idles].map(({ scenario }) => scenario),
    );
    return [...scenarios].flatMap((scenario) => {
      const clear = (blame: Blame): Blame => withInnocent(input, blame);
      const failures = [...refusedHandshakes(input, scenario, traced, clear), ...countedRefusals(input, scenario, traced, clear)];
      return failures.length > 0 ? failures : [allAccepted(input, scenario)];
    });
  },
});

/** Clears links only when somebody is named: an unknown culprit may well be a link. */
function withInnocent(input: Input, blame: Blame): Blame {
  if (blame.host === 'unknown' || isControl(input.path)) return blame;
  const { links, tcpCounters } = input.subject;
  return {
    ...blame,
    innocent: innocentLinks({ path: input.path, links, subject: tcpCounters, control: input.controlEvidence.tcpCounters }),
  };
}

function allAccepted({ path, subject }: Input, scenario: string): Finding {
  const findings = scenarioFindings('refused-upgrade', path, scenario);
  const handshakes = subject.handshakes.filter((handshake) => handshake.scenario === scenario).length;
  const attempts = subject.loads.filter((load) => load.scenario === scenario).reduce((sum, load) => sum + load.attempts, 0);
  const idles = subject.idles.filter((idle) => idle.scenario === scenario).length;
  const total = handshakes + attempts + idles;
  if (total === 0) return findings.inconclusive('no upgrade was attempted, so none can be judged');
  return findings.pass(`${counted(total, 'opening handshake')} answered as they may be, none refused`, {
    measures: { failedCases: 0, totalCases: total },
  });
}
