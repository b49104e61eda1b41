import { unknownBlame } from '../blame/unknown-blame.ts';
import { blameSlowLink } from '../blame/slow-link.ts';
import { hostTitle } from '../blame/host-title.ts';
import { compareLatency, compareQuantile } from '../measure/compare.ts';
import { differenceWords, signedMs } from '../measure/difference-words.ts';
import { Distribution } from '../measure/distribution.ts';
import { slowerShare, slowerWords, type SlowerShare } from '../measure/effect-size.ts';
import { originDoubt } from '../measure/headroom.ts';
import type { LoadEvidence, Recorded } from '../model/evidence.ts';
import type { Blame, Finding } from '../model/finding.ts';
import { isControl } from '../model/path.ts';
import type { LatencyDifference } from '../model/record.ts';
import { defineAudit } from './audit.ts';
import type { AuditInput } from './audit.ts';
import { byScenario, counted, refsOf, scenarioFindings } from './scenario-findings.ts';

type Input = AuditInput<'loads' | 'hosts' | 'legs' | 'usages'>;
type Slot = Recorded<LoadEvidence>;

/** Smaller differences are the price of any proxy on a shared machine, real as they may be. */
const MIN_P50_MS = 5;
const MIN_P99_MS = 50;
const LATENESS_MARGIN = 2;
const BUSY_CPU_PERCENT = 90;
/** Its profiles have names. */
const NAMED = 'load';

/**
 * Echo latency as a difference from the control path's slots, which were interleaved with the subject's. Without a comparison nothing is said. A closed loop
 * is never judged: it sends the next message when the echo of the last one came, so that a path that stalls is asked less meanwhile, and the messages that
 * users would have sent then, and waited for, are not in its numbers (coordinated omission).
 */
export const addedLatency = defineAudit({
  id: 'added-latency',
  title: 'Echoes are as fast as on the control path',
  failureTitle: 'Echoes are slower than on the control path',
  cite: 'differential: median and 99th percentile against interleaved control slots',
  requires: ['loads', 'hosts', 'legs', 'usages'],
  judges: ['loads'],
  evaluate(input) {
    // Without a single upgrade there is no latency; refused-upgrade reports that. Without a message neither.
    const loads = input.subject.loads.filter(({ upgraded, sent, requested }) => upgraded > 0 && sent > 0 && requested.compared);
    return [...byScenario(loads)].flatMap(([scenario, ofScenario]) =>
      [...Map.groupBy(ofScenario, ({ profile }) => profile)].flatMap(([profile, slots]) => judge(input, scenario, profile, slots)),
    );
  },
});

/** What was stopped or cut did not drain, and tells of another moment than its control slots do. */
const isWhole = ({ ended }: Slot): boolean => ended !== 'stopped' && ended !== 'cut';

function judge(input: Input, scenario: string, profile: string, slots: readonly Slot[]): Finding | readonly [] {
  const findings = scenarioFindings('added-latency', input.path, scenario);
  const controlSlots = input.controlEvidence.loads.filter((load) => load.scenario === scenario && load.profile === profile);
  const evidence = refsOf([...slots, ...controlSlots]);
  const name = scenario === NAMED ? `${profile}: ` : '';
  const doubtful = (why: string): Finding => findings.inconclusive(`${name}latency: not judged, ${why}`, { evidence });
  const isClosed = slots.some(({ requested }) => requested.loop === 'closed');
  if (isControl(input.path))
    return isClosed || slots.every(({ echoed }) => echoed === 0) ? [] : findings.pass(`${name}${ownWords(slots)}`, { evidence });
  if (isClosed) return doubtful('a closed loop asks a slow path less, so its latency is not what users wait for');
  const [here, there] = [slots.filter(isWhole), controlSlots.filter(isWhole)];
  if (here.length + there.length < slots.length + controlSlots.length && Math.min(here.length, there.length) < 2)
    return doubtful('the load ended before its time');
  if (![here, there].every((side) => side.some(({ latency }) => latency.count > 0)))
    return findings.inconclusive(`${name}latency: not measured, no echo came back on this path or on the control path`, { evidence });
  const latencies = [here, there].map((side) => side.map(({ latency }) => latency));
  const compared: Compared = { here: latencies[0] ?? [], there: latencies[1] ?? [] };
  const p50 = compareQuantile(compared.here, compared.there, 50);
  if (p50 === null) return doubtful('one slot on a path cannot tell a slow path from a slow moment');
  const slow = [...here, ...there].find(({ generator }) => generator.wasBottleneck);
  if (slow !== undefined && !isMuchLater(p50, [...here, ...there]))
    return doubtful(`the load generator was the bottleneck (${slow.generator.because})`);
  const busy = originDoubt([...here, ...there], [...input.subject.usages, ...input.controlEvidence.usages]);
  if (busy !== null) return doubtful(`the origin was the bottleneck (${busy})`);
  return judgeDifference(input, { scenario, name, evidence }, p50, compared);
}

interface Compared {
  readonly here: readonly LoadEvidence['latency'][];
  readonly there: readonly LoadEvidence['latency'][];
}

function judgeDifference(
  input: Input,
  { scenario, name, evidence }: { readonly scenario: string; readonly name: string; readonly evidence: Finding['evidence'] },
  p50: LatencyDifference,
  { here, there }: Compared,
): Finding {
  const findings = scenarioFindings('added-latency', input.path, scenario);
  const differences = compareLatency(here, there);
  const p99 = differences.find(({ percentile }) => percentile === 99);
  const slower = slowerShare(here, there);
  const rest = {
    evidence,
    measures: {
      addedP50Ms: rounded(p50.deltaMs),
      smallestDetectableP50Ms: rounded(p50.smallestDetectableMs),
      ...(p99 === undefined ? {} : { addedP99Ms: rounded(p99.deltaMs) }),
      ...(slower === null ? {} : { slowerShare: rounded(slower.share) }),
    },
    details: [tableOf(differences.length === 0 ? [p50] : differences, slower)],
  };
  const words = [p50, ...(p99 === undefined ? [] : [p99])].map((one) => `p${one.percentile} ${differenceWords(one)}`).join('; ');
  const summary = `${name}against control: ${words}`;
  if (!exceeds(p50, MIN_P50_MS) && !exceeds(p99, MIN_P99_MS)) {
    const isUndecided = !p50.isDifferent && p50.deltaMs > MIN_P50_MS;
    return isUndecided
      ? findings.inconclusive(`${name}p50 ${signedMs(p50.deltaMs)} against control, but ${differenceWords(p50)}`, rest)
      : findings.pass(summary, rest);
  }
  const blame = blameOf(input, scenario, exceeds(p50, MIN_P50_MS) ? p50.deltaMs : Infinity, words);
  return findings.fail(`${name}${blame.because}`, { ...rest, blame });
}

/** No claim is made of a control path, so a late generator takes nothing away from one; subjects look at these slots too. */
function ownWords(slots: readonly Slot[]): string {
  const own = new Distribution();
  for (const { latency } of slots) own.add(Distribution.decode(latency));
  const late = slots.some(({ generator }) => generator.wasBottleneck) ? ', sent late by a busy generator' : '';
  return `p50 ${ms(own.percentile(50) / 1000)}, p99 ${ms(own.percentile(99) / 1000)} over ${counted(own.count, 'echo', 'echoes')}${late}`;
}

/** Echoes that are later by much more than a generator was late with its sends are late for another reason; one without CPU time explains anything. */
function isMuchLater({ deltaMs }: LatencyDifference, slots: readonly Slot[]): boolean {
  const latestMs = Math.max(0, ...slots.map(({ generator }) => Distribution.decode(generator.lag).percentile(90) / 1000));
  return deltaMs >= LATENESS_MARGIN * latestMs && slots.every(({ generator }) => generator.cpuPercent < BUSY_CPU_PERCENT);
}

const exceeds = (difference: LatencyDifference | undefined, minMs: number): boolean =>
  difference !== undefined && difference.isDifferent && difference.deltaMs > minMs;

/** The control path crosses the same links, so the only proxy of a path added what it does not have. */
function blameOf({ path, control, subject, controlEvidence }: Input, scenario: string, addedMs: number, words: string): Blame {
  const [here, there] = [subject.legs, controlEvidence.legs].map((legs) => legs.filter((leg) => leg.scenario === scenario));
  const slower = `echoes are slower than on the control path, ${words}`;
  const byLink = blameSlowLink({ path, controlPath: control, subject: here ?? [], control: there ?? [], addedMs, because: slower });
  if (byLink !== null) return byLink;
  const [only, other] = path.proxies;
  if (only === undefined || other !== undefined) return unknownBlame(`${slower}; which proxy adds it was not measured`);
  const because = `${hostTitle(only.name, subject.hosts)} adds latency, ${words} against the control path through the same links`;
  return { host: only.name, leg: null, direction: null, confidence: 'likely', because, config: null, innocent: [] };
}

const rounded = (value: number): number => Math.round(value * 1000) / 1000;
const ms = (value: number): string => `${value.toFixed(Math.abs(value) < 1 ? 2 : 1)} ms`;

const tableOf = (differences: readonly LatencyDifference[], slower: SlowerShare | null) => ({
  kind: 'table' as const,
  title: slower === null ? 'Latency against control' : `Latency against control: a message is ${slowerWords(slower)}`,
  columns: ['percentile', 'here', 'control', 'difference', '99 % interval', 'smallest detectable', 'told apart'],
  rows: differences.map(({ percentile, subjectMs, controlMs, deltaMs, lowMs, highMs, smallestDetectableMs, isDifferent }) => [
    `p${percentile}`,
    ms(subjectMs),
    ms(controlMs),
    signedMs(deltaMs),
    `${signedMs(lowMs)} to ${signedMs(highMs)}`,
    ms(smallestDetectableMs),
    isDifferent ? 'yes' : 'no',
  ]),
});
