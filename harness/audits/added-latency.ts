import { unknownBlame } from '../blame/unknown-blame.ts';
import { blameSlowLink } from '../blame/slow-link.ts';
import { hostTitle } from '../blame/host-title.ts';
import { compareQuantile } from '../measure/compare.ts';
import type { QuantileDifference } from '../measure/compare.ts';
import { Distribution } from '../measure/distribution.ts';
import type { LoadEvidence, Recorded } from '../model/evidence.ts';
import type { Blame, Finding } from '../model/finding.ts';
import { isControl } from '../model/path.ts';
import { defineAudit } from './audit.ts';
import type { AuditInput } from './audit.ts';
import { byScenario, counted, refsOf, scenarioFindings } from './scenario-findings.ts';

type Input = AuditInput<'loads' | 'hosts' | 'legs'>;
type Slot = Recorded<LoadEvidence>;

/** Smaller differences are the price of any proxy on a shared machine, real as they may be. */
const MIN_P50_MS = 5;
const MIN_P99_MS = 50;
const LATENESS_MARGIN = 2;
const BUSY_CPU_PERCENT = 90;

/** Echo latency as a difference from the control path's slots, which were interleaved with the subject's. */
export const addedLatency = defineAudit({
  id: 'added-latency',
  title: 'Echoes are as fast as on the control path',
  failureTitle: 'Echoes are slower than on the control path',
  cite: 'differential: median and 99th percentile against interleaved control slots',
  requires: ['loads', 'hosts', 'legs'],
  judges: ['loads'],
  evaluate(input) {
    // Without a single upgrade there is no latency; refused-upgrade reports that.
    const loads = input.subject.loads.filter(({ upgraded }) => upgraded > 0);
    return [...byScenario(loads)].map(([scenario, slots]) => judge(input, scenario, slots));
  },
});

function judge(input: Input, scenario: string, slots: readonly Slot[]): Finding {
  const findings = scenarioFindings('added-latency', input.path, scenario);
  const controlSlots = input.controlEvidence.loads.filter((load) => load.scenario === scenario);
  const evidence = refsOf([...slots, ...controlSlots]);
  const slow = [...slots, ...controlSlots].find(({ generator }) => generator.wasBottleneck);
  const [here, there] = [merged(slots), merged(controlSlots)];
  if (isControl(input.path) && here.count > 0) {
    // No claim is made of a control path, so a late generator takes nothing away from one; subjects look at these slots too.
    const late = slow === undefined ? '' : ', sent late by a busy generator';
    const words = `p50 ${ms(here.percentile(50) / 1000)}, p99 ${ms(here.percentile(99) / 1000)} over ${counted(here.count, 'echo', 'echoes')}${late}`;
    return findings.pass(words, { evidence });
  }
  const [p50, p99] = [compareQuantile(here, there, 50), compareQuantile(here, there, 99)];
  if (p50 === null || p99 === null)
    return findings.inconclusive('latency: not measured, no echo came back on this path or on the control path', { evidence });
  if (slow !== undefined && !isMuchLater(p50, [...slots, ...controlSlots]))
    return findings.inconclusive(`latency: not judged, the load generator was the bottleneck (${slow.generator.because})`, { evidence });
  const rest = { evidence, measures: { addedP50Ms: rounded(p50.deltaMs), addedP99Ms: rounded(p99.deltaMs) }, details: [tableOf(p50, p99)] };
  const summary = `p50 ${signed(p50.deltaMs)}, p99 ${signed(p99.deltaMs)} against control`;
  if (!exceeds(p50, MIN_P50_MS) && !exceeds(p99, MIN_P99_MS)) return findings.pass(summary, rest);
  const blame = blameOf(input, scenario, exceeds(p50, MIN_P50_MS) ? p50.deltaMs : Infinity, summary);
  return findings.fail(`${blame.because} (${interval('p50', p50)}; ${interval('p99', p99)})`, { ...rest, blame });
}

/** Echoes that are later by much more than a generator was late with its sends are late for another reason; one without CPU time explains anything. */
function isMuchLater({ deltaMs }: QuantileDifference, slots: readonly Slot[]): boolean {
  const latestMs = Math.max(0, ...slots.map(({ generator }) => Distribution.decode(generator.lag).percentile(90) / 1000));
  return deltaMs >= LATENESS_MARGIN * latestMs && slots.every(({ generator }) => generator.cpuPercent < BUSY_CPU_PERCENT);
}

function merged(slots: readonly Slot[]): Distribution {
  const sum = new Distribution();
  for (const { latency } of slots) sum.add(Distribution.decode(latency));
  return sum;
}

const exceeds = ({ deltaMs, isDifferent }: QuantileDifference, minMs: number): boolean => isDifferent && deltaMs > minMs;

/** The control path crosses the same links, so the only proxy of a path added what it does not have. */
function blameOf({ path, control, subject, controlEvidence }: Input, scenario: string, addedMs: number, summary: string): Blame {
  const [here, there] = [subject.legs, controlEvidence.legs].map((legs) => legs.filter((leg) => leg.scenario === scenario));
  const slower = `echoes are slower than on the control path, ${summary}`;
  const byLink = blameSlowLink({ path, controlPath: control, subject: here ?? [], control: there ?? [], addedMs, because: slower });
  if (byLink !== null) return byLink;
  const [only, other] = path.proxies;
  if (only === undefined || other !== undefined) return unknownBlame(`${slower}; which proxy adds it was not measured`);
  const because = `${hostTitle(only.name, subject.hosts)} adds latency, ${summary} through the same links`;
  return { host: only.name, leg: null, direction: null, confidence: 'likely', because, config: null, innocent: [] };
}

const rounded = (value: number): number => Math.round(value * 1000) / 1000;
const ms = (value: number): string => `${value.toFixed(Math.abs(value) < 1 ? 2 : 1)} ms`;
const signed = (value: number): string => `${value < 0 ? '' : '+'}${ms(value)}`;
const interval = (name: string, { lowMs, highMs }: QuantileDifference): string => `${name} interval ${signed(lowMs)} to ${signed(highMs)}`;

const tableOf = (p50: QuantileDifference, p99: QuantileDifference) => ({
  kind: 'table' as const,
  title: 'Latency against control',
  columns: ['percentile', 'here', 'control', 'difference', '99 % interval', 'told apart'],
  rows: (
    [
      ['p50', p50],
      ['p99', p99],
    ] as const
  ).map(([name, difference]) => [
    name,
    ms(difference.subjectMs),
    ms(difference.controlMs),
    signed(difference.deltaMs),
    `${signed(difference.lowMs)} to ${signed(difference.highMs)}`,
    difference.isDifferent ? 'yes' : 'no',
  ]),
});
