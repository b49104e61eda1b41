import { percent, share } from '../measure/proportion.ts';
import type { Proportion } from '../measure/proportion.ts';
import { clearlyExceeds, counterpartOf, retransmissionsOf, sumOf } from '../blame/retransmission.ts';
import type { HostRetransmission } from '../blame/retransmission.ts';
import { blameLossyLink } from '../blame/lossy-link.ts';
import type { Finding, FindingDetail } from '../model/finding.ts';
import { isControl } from '../model/path.ts';
import { defineAudit } from './audit.ts';
import type { AuditInput } from './audit.ts';
import { refsOf, scenarioFindings } from './scenario-findings.ts';

type Input = AuditInput<'loads' | 'tcpCounters' | 'linkCounters'>;

/** Retransmissions beyond what the same links cost the control path. Many of them on both paths are not the subject's doing. */
export const excessRetransmission = defineAudit({
  id: 'excess-retransmission',
  title: 'No more retransmissions than on the control path',
  failureTitle: 'More retransmissions than on the control path',
  cite: 'RFC 9293 section 3.8.1, RFC 4022 tcpRetransSegs',
  requires: ['loads', 'tcpCounters', 'linkCounters'],
  judges: ['loads'],
  evaluate(input) {
    const scenarios = new Set(input.subject.loads.map(({ scenario }) => scenario));
    return [...scenarios].map((scenario) => judge(input, scenario));
  },
});

function judge(input: Input, scenario: string): Finding {
  const findings = scenarioFindings('excess-retransmission', input.path, scenario);
  const counters = input.subject.tcpCounters.filter((counter) => counter.scenario === scenario);
  const here = retransmissionsOf(counters);
  const there = retransmissionsOf(input.controlEvidence.tcpCounters.filter((counter) => counter.scenario === scenario));
  const evidence = refsOf(counters);
  if (here === null)
    return findings.inconclusive('retransmissions: not measured, the kernel counters of this path could not be read', { evidence });
  if (there === null)
    return findings.inconclusive('retransmissions: not measured on the control path, so there is nothing to compare with', { evidence });
  const [subject, control] = [sumOf(here), sumOf(there)];
  const rest = { evidence, measures: measuresOf(subject, control), details: [hostTable(here, there)] };
  if (isControl(input.path)) return findings.pass(words(subject), rest);
  const worse = here.filter((host) => clearlyExceeds(host, counterpartOf(host.host, there)));
  if (worse.length === 0) {
    const verdict = subject.hits === 0 ? '' : ': not the cause';
    return findings.pass(`${words(subject)}; control ${percent(share(control))}${verdict}`, rest);
  }
  const parts = worse.map((host) => `${host.host} ${words(host)}, control ${percent(share(counterpartOf(host.host, there)))}`);
  const linkCounters = input.subject.linkCounters.filter((counter) => counter.scenario === scenario);
  const controlLinks = input.controlEvidence.linkCounters.filter((counter) => counter.scenario === scenario);
  const blame = blameLossyLink({ path: input.path, controlPath: input.control, subject: linkCounters, control: controlLinks });
  return findings.fail(`${parts.join('; ')}: ${blame.because}`, { ...rest, evidence: refsOf([...counters, ...linkCounters]), blame });
}

const words = (sent: Proportion): string => `${sent.hits} retransmissions, ${percent(share(sent))} of segments`;

const measuresOf = (subject: Proportion, control: Proportion): Readonly<Record<string, number>> => ({
  retransSegs: subject.hits,
  segments: subject.total,
  retransPercent: Math.round(share(subject) * 1e4) / 100,
  controlRetransPercent: Math.round(share(control) * 1e4) / 100,
});

const hostTable = (here: readonly HostRetransmission[], there: readonly HostRetransmission[]): FindingDetail => ({
  kind: 'table',
  title: 'Retransmitted segments by sending host',
  columns: ['host', 'path', 'retransmitted', 'needlessly', 'segments', 'share'],
  rows: [...here.map((host) => [host, 'this path'] as const), ...there.map((host) => [host, 'control'] as const)].map(([host, where]) => [
    host.host,
    where,
    String(host.hits),
    String(host.needless),
    String(host.total),
    percent(share(host)),
  ]),
});
