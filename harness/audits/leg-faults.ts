import type { InstrumentEvidence, LegEvidence, Recorded } from '../model/evidence.ts';
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
}

type Input = AuditInput<'legs' | 'instruments'>;

const MAX_ROWS = 20;

/** Judges every captured connection of a path: one finding for each scenario and each host that is blamed, or a pass. */
export function judgeLegs(
  auditId: string,
  input: Input,
  faultOf: (leg: Recorded<LegEvidence>) => LegFault | null,
  passWords: string,
): readonly Finding[] {
  return [...byScenario(input.subject.legs)].flatMap(([scenario, legs]) => {
    const faults = legs.flatMap((leg) => faultOf(leg) ?? []);
    if (faults.length > 0)
      return [...Map.groupBy(faults, ({ blame }) => blame.host).values()].map((group) => judgeGroup(auditId, input, scenario, group));
    const evidence = refsOf(legs.slice(0, MAX_ROWS));
    return [
      scenarioFindings(auditId, input.path, scenario).pass(`${counted(legs.length, 'captured connection')}: ${passWords}`, { evidence }),
    ];
  });
}

/** Faults of one host. What the instruments do not agree about accuses nobody. */
function judgeGroup(auditId: string, input: Input, scenario: string, group: readonly LegFault[]): Finding {
  const findings = scenarioFindings(auditId, input.path, scenario);
  const doubt = group.flatMap(({ leg }) => doubtAbout(leg, input.subject.instruments) ?? [])[0];
  const blame = group[0]?.blame ?? null;
  const more = group.length === 1 ? '' : `, and the same on ${counted(group.length - 1, 'more connection')}`;
  const summary = `${blame?.because ?? ''}${more}`;
  const rest = {
    evidence: refsOf([...group.slice(0, MAX_ROWS).map(({ leg }) => leg), ...(doubt === undefined ? [] : [doubt])]),
    measures: { ...group[0]?.measures, connections: group.length },
    details: tableOf(group),
  };
  if (doubt !== undefined) return findings.inconclusive(`${summary}; but the instruments do not agree: ${doubt.because}`, rest);
  if (blame?.confidence === 'unknown' && blame.host !== 'unknown')
    return findings.inconclusive(`${summary}; but the captures lost packets themselves, so this proves nothing`, rest);
  return findings.fail(summary, { ...rest, blame });
}

const doubtAbout = (leg: LegEvidence, instruments: readonly Recorded<InstrumentEvidence>[]): Recorded<InstrumentEvidence> | undefined =>
  instruments.find((check) => check.scenario === leg.scenario && check.leg === leg.leg && !check.agree);

const tableOf = (group: readonly LegFault[]): readonly FindingDetail[] => [
  {
    kind: 'table',
    title: 'Connections, by the captures at their ends',
    columns: group[0]?.columns ?? [],
    rows: group.slice(0, MAX_ROWS).map(({ row }) => row),
  },
];
