import { percent, share } from '../measure/proportion.ts';
import type { Proportion } from '../measure/proportion.ts';
import { clearlyExceeds, counterpartOf, retransmissionsOf, sumOf } from '../blame/retransmission.ts';
import type { HostRetransmission } from '../blame/retransmission.ts';
import { causeWords, legLosses } from '../blame/leg-losses.ts';
import type { LegLoss } from '../blame/leg-losses.ts';
import { agreedBlame, blameLossyLeg } from '../blame/lossy-leg.ts';
import { blameLossyLink } from '../blame/lossy-link.ts';
import type { Blame, Finding, FindingDetail } from '../model/finding.ts';
import { isControl } from '../model/path.ts';
import { defineAudit } from './audit.ts';
import type { AuditInput } from './audit.ts';
import { refsOf, scenarioFindings } from './scenario-findings.ts';

type Input = AuditInput<'loads' | 'tcpCounters' | 'linkCounters' | 'legs' | 'captures' | 'instruments'>;

/** Retransmissions beyond what the same links cost the control path. Many of them on both paths are not the subject's doing. */
export const excessRetransmission = defineAudit({
  id: 'excess-retransmission',
  title: 'No more retransmissions than on the control path',
  failureTitle: 'More retransmissions than on the control path',
  cite: 'RFC 9293 section 3.8.1, RFC 4022 tcpRetransSegs',
  requires: ['loads', 'tcpCounters', 'linkCounters', 'legs', 'captures', 'instruments'],
  judges: ['loads'],
  evaluate(input) {
    // The kernels of a path outside the lab are not ours to read; that it was not measured is told as an absence.
    if (input.path.outside !== undefined) return [];
    // Without a load on the control path there is nothing to hold these against.
    const compared = input.subject.loads.filter(({ requested }) => isControl(input.path) || requested.compared);
    const scenarios = new Set(compared.map(({ scenario }) => scenario));
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
  const inScenario = inScenarioOf(scenario);
  const losses = {
    here: legLosses(input.subject.legs.filter(inScenario)),
    there: legLosses(input.controlEvidence.legs.filter(inScenario)),
  };
  const rest = { evidence, measures: measuresOf(subject, control), details: [hostTable(here, there), ...legTable(input, losses)] };
  if (isControl(input.path)) return findings.pass(words(subject), rest);
  const worse = here.filter((host) => clearlyExceeds(host, counterpartOf(host.host, there)));
  if (worse.length === 0) {
    const verdict = subject.hits === 0 ? '' : ': not the cause';
    return findings.pass(`${words(subject)}; control ${percent(share(control))}${verdict}`, rest);
  }
  const parts = worse.map((host) => `${host.host} ${words(host)}, control ${percent(share(counterpartOf(host.host, there)))}`);
  const doubt = input.subject.instruments.find((check) => inScenario(check) && !check.agree);
  if (doubt !== undefined) {
    const summary = `${parts.join('; ')}; but the instruments of the leg ${doubt.leg} do not agree: ${doubt.because}`;
    return findings.inconclusive(summary, { ...rest, evidence: refsOf([...counters, doubt]) });
  }
  const linkCounters = input.subject.linkCounters.filter(inScenario);
  const blame = blameOf(input, scenario, losses.here);
  return findings.fail(`${parts.join('; ')}: ${blame.because}`, { ...rest, evidence: refsOf([...counters, ...linkCounters]), blame });
}

const inScenarioOf =
  (scenario: string) =>
  (record: { readonly scenario: string }): boolean =>
    record.scenario === scenario;

/** By what the links say they dropped, and by what the captures at both ends of a leg show to have been lost between them. */
function blameOf({ path, control, subject, controlEvidence }: Input, scenario: string, losses: readonly LegLoss[]): Blame {
  const inScenario = inScenarioOf(scenario);
  const byCounters = blameLossyLink({
    path,
    controlPath: control,
    subject: subject.linkCounters.filter(inScenario),
    control: controlEvidence.linkCounters.filter(inScenario),
  });
  const byCaptures = blameLossyLeg({
    path,
    controlPath: control,
    subject: subject.legs.filter(inScenario),
    control: controlEvidence.legs.filter(inScenario),
    captures: [...subject.captures, ...controlEvidence.captures],
  });
  const blame = agreedBlame(byCounters, byCaptures);
  const causes = causeWords(losses.filter(({ leg }) => blame.leg === null || leg === blame.leg));
  return causes === '' ? blame : { ...blame, because: `${blame.because}; ${causes}` };
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

const MISSING = 'not known';

const legTable = (
  { path }: Input,
  { here, there }: { readonly here: readonly LegLoss[]; readonly there: readonly LegLoss[] },
): readonly FindingDetail[] => {
  const all = [
    ...here.map((loss) => [loss, 'this path'] as const),
    ...(isControl(path) ? [] : there.map((loss) => [loss, 'control'] as const)),
  ];
  if (all.length === 0) return [];
  return [
    {
      kind: 'table',
      title: 'Segments sent again by leg and direction, by the captures at both ends',
      columns: [
        'leg',
        'path',
        'direction',
        'segments',
        'sent again',
        'timeout',
        'tail loss probe',
        'fast recovery',
        'handshake',
        'unclear',
        'needless',
        'lost',
      ],
      rows: all.map(([{ leg, direction, segs, resentSegs, byCause, needlessSegs, lostPackets }, where]) => [
        leg,
        where,
        direction,
        ...[
          segs,
          resentSegs,
          byCause.timeout,
          byCause['tail-loss-probe'],
          byCause['fast-recovery'],
          byCause.handshake,
          byCause.unknown,
          needlessSegs,
        ].map(String),
        lostPackets === null ? MISSING : String(lostPackets),
      ]),
    },
  ];
};
