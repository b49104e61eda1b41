import { unknownBlame } from '../blame/unknown-blame.ts';
import type { SocketsBeside } from '../model/client-evidence.ts';
import type { Finding } from '../model/finding.ts';
import { isControl, isImpaired } from '../model/path.ts';
import { defineAudit } from './audit.ts';
import type { AuditInput } from './audit.ts';
import { byScenario, counted, refsOf, scenarioFindings } from './scenario-findings.ts';

type Input = AuditInput<'streamedHttp'>;

/** Sockets that ended, or lost or doubled messages, while ordinary traffic used the same listener. */
export const disturbedSocket = defineAudit({
  id: 'disturbed-socket',
  title: 'Sockets went on beside other traffic',
  failureTitle: 'Sockets were disturbed by other traffic',
  cite: 'RFC 6455 section 1.7',
  requires: ['streamedHttp'],
  judges: ['streamedHttp'],
  evaluate: (input) => [...byScenario(input.subject.streamedHttp).keys()].flatMap((scenario) => judge(input, scenario)),
});

function judge({ path, subject, controlEvidence }: Input, scenario: string): readonly Finding[] {
  const findings = scenarioFindings('disturbed-socket', path, scenario);
  // The streams of a phase share its sockets, so one line tells all.
  const line = subject.streamedHttp.find((one) => one.scenario === scenario && one.sockets !== null);
  const sockets = line?.sockets ?? null;
  if (line === undefined || sockets === null || sockets.opened === 0) return [];
  const { opened, ended, sent, echoed, duplicated, aloneMs, besideMs } = sockets;
  const rest = {
    evidence: refsOf([line]),
    measures: {
      sockets: opened,
      sent,
      echoed,
      ...(aloneMs === null ? {} : { aloneMs: rounded(aloneMs) }),
      ...(besideMs === null ? {} : { besideMs: rounded(besideMs) }),
    },
  };
  const there = controlEvidence.streamedHttp.find((one) => one.scenario === scenario && one.sockets !== null)?.sockets ?? null;
  // On a path that loses packets an echo may still be on its way.
  const isLate = isImpaired(path) && ended === 0 && duplicated === 0;
  if (!isDisturbed(sockets) || isLate || (!isControl(path) && there !== null && isDisturbed(there)))
    return [
      findings.pass(`${counted(opened, 'socket')} went on beside other traffic, ${echoed} of ${counted(sent, 'message')} echoed`, rest),
    ];
  const because =
    `beside other traffic on the same listener ${ended} of ${counted(opened, 'socket')} ended, ` +
    `${sent - echoed} of ${counted(sent, 'message')} did not come back and ${duplicated} came twice; the evidence does not decide who did it`;
  return [findings.fail(because, { ...rest, blame: unknownBlame(because) })];
}

const rounded = (ms: number): number => Math.round(ms * 10) / 10;

const isDisturbed = ({ ended, sent, echoed, duplicated }: SocketsBeside): boolean => ended > 0 || echoed < sent || duplicated > 0;
