import { disagreementAbout } from '../blame/packet-ground.ts';
import type { Recorded } from '../model/evidence.ts';
import type { InstrumentEvidence, LegEvidence } from '../model/wire-evidence.ts';
import type { Blame, Finding, FindingDetail } from '../model/finding.ts';
import type { AuditInput } from './audit.ts';
import { byScenario, counted, refsOf, scenarioFindings } from './scenario-findings.ts';

/** One connection of one leg on which something is wrong, and who did it. */
export interface LegFault {
  readonly leg: Recorded<LegEvidence>;
  readonly blame: Blame;
  readonly measures: Readonly<Record<string, number>>;
  /** A line of the table that the finding shows. */
  readonly columns: readonly string[];
  readonly row: readonly string[];
  /** Why it proves nothing; null or absent when it does. */
  readonly doubt?: string | null;
  /** What was seen and why it is not the subject's doing, as a sentence; null or absent when it may be. */
  readonly excuse?: string | null;
}

type Input = AuditInput<'legs' | 'captures' | 'instruments'>;

const MAX_ROWS = 20;

/**
 * Judges every captured connection of a path: in each scenario one failure for each host that is blamed; without any, what is in doubt is inconclusive, and
 * what is excused passes and is told.
 */
export function judgeLegs(
  auditId: string,
  input: Input,
  faultOf: (leg: Recorded<LegEvidence>) => LegFault | null,
  passWords: string,
): readonly Finding[] {
  const judged = [...byScenario(input.subject.legs)].flatMap(([scenario, legs]) => {
    const faults = legs.flatMap((leg) => faultOf(leg) ?? []).map((fault) => doubted(fault, input.subject.instruments));
    const findings = scenarioFindings(auditId, input.path, scenario);
    const accused = faults.filter(({ excuse }) => excuse == null);
    const proven = accused.filter(({ doubt }) => doubt == null);
    const groups = Map.groupBy(proven.length > 0 ? proven : accused, ({ blame }) => blame.host);
    if (groups.size > 0) return [...groups.values()].map((group) => judgeGroup(findings, group, input.subject.instruments));
    const [excused] = faults;
    const evidence = refsOf((excused === undefined ? legs : faults.map(({ leg }) => leg)).slice(0, MAX_ROWS));
    const all = counted(legs.length, 'captured connection');
    if (excused === undefined) return [findings.pass(`${all}: ${passWords}`, { evidence })];
    const words = `${all}: ${excused.excuse ?? ''}${moreWords(faults)}`;
    return [findings.pass(words, { evidence, measures: measuresOf(faults), details: tableOf(faults) })];
  });
  return [...judged, ...uncaptured(auditId, input)];
}

/** A path that declares this failure waits for it in vain where nothing could be captured: that decides nothing. Other paths are not held up. */
function uncaptured(auditId: string, { path, subject }: Input): readonly Finding[] {
  const isWanted = (scenario: string): boolean =>
    path.expect.some((expected) => expected.audit === auditId && (expected.scenario === null || expected.scenario === scenario));
  return [...byScenario(subject.captures)].flatMap(([scenario, captures]) => {
    const because = captures.find(({ absentBecause }) => absentBecause !== null)?.absentBecause ?? null;
    if (because === null || !isWanted(scenario) || subject.legs.some((leg) => leg.scenario === scenario)) return [];
    return [scenarioFindings(auditId, path, scenario).inconclusive(`packets: not captured, ${because}`)];
  });
}

/** What the instruments of a leg do not agree about proves nothing. */
function doubted(fault: LegFault, instruments: readonly InstrumentEvidence[]): LegFault {
  const disagreement = disagreementAbout(fault.leg, instruments);
  const doubt = fault.doubt ?? (disagreement === null ? null : `the instruments do not agree: ${disagreement}`);
  return { ...fault, doubt };
}

/** Faults of one host: all proven, or all in doubt. */
function judgeGroup(
  findings: ReturnType<typeof scenarioFindings>,
  group: readonly LegFault[],
  instruments: readonly Recorded<InstrumentEvidence>[],
): Finding {
  const lead = group.find(({ blame }) => blame.confidence === 'certain') ?? group[0];
  const summary = `${lead?.blame.because ?? ''}${moreWords(group)}`;
  const checks = lead?.doubt == null ? [] : instruments.filter((check) => isCheckOf(check, lead.leg));
  const rest = {
    evidence: refsOf([...group.slice(0, MAX_ROWS).map(({ leg }) => leg), ...checks]),
    measures: { ...lead?.measures, connections: group.length },
    details: tableOf(group),
  };
  return lead?.doubt == null
    ? findings.fail(summary, { ...rest, blame: lead?.blame ?? null })
    : findings.inconclusive(`${summary}; but ${lead.doubt}`, rest);
}

const isCheckOf = (check: InstrumentEvidence, leg: LegEvidence): boolean =>
  check.leg === leg.leg && check.scenario === leg.scenario && !check.agree;

const measuresOf = (group: readonly LegFault[]): Readonly<Record<string, number>> => ({ ...group[0]?.measures, connections: group.length });

const moreWords = (group: readonly LegFault[]): string =>
  group.length === 1 ? '' : `, and the same on ${counted(group.length - 1, 'more connection')}`;

const tableOf = (group: readonly LegFault[]): readonly FindingDetail[] => [
  {
    kind: 'table',
    title: 'Connections, by the captures at their ends',
    columns: group[0]?.columns ?? [],
    rows: group.slice(0, MAX_ROWS).map(({ row }) => row),
  },
];
