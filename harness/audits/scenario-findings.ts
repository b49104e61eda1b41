import type { EvidenceRef, Finding } from '../model/finding.ts';
import type { Path } from '../model/path.ts';

type Rest = Partial<Pick<Finding, 'blame' | 'evidence' | 'measures' | 'details' | 'cases'>>;

/** Makes the findings of one audit about one path in one scenario. */
interface ScenarioFindings {
  pass(summary: string, rest?: Rest): Finding;
  fail(summary: string, rest?: Rest): Finding;
  inconclusive(summary: string, rest?: Rest): Finding;
}

export function scenarioFindings(auditId: string, path: Path, scenario: string): ScenarioFindings {
  const make =
    (outcome: Finding['outcome']) =>
    (summary: string, rest: Rest = {}): Finding => ({
      auditId,
      path: path.id,
      scenario,
      outcome,
      summary,
      blame: null,
      evidence: [],
      measures: {},
      details: [],
      ...rest,
    });
  return { pass: make('pass'), fail: make('fail'), inconclusive: make('inconclusive') };
}

/** Records by scenario, in the order in which scenarios first appear. */
export function byScenario<T extends { readonly scenario: string }>(records: readonly T[]): ReadonlyMap<string, readonly T[]> {
  return Map.groupBy(records, (record) => record.scenario);
}

/** References of records without repeats. */
export function refsOf(records: readonly { readonly ref: EvidenceRef }[]): readonly EvidenceRef[] {
  const refs = new Map(records.map(({ ref }) => [`${ref.file}:${ref.line}`, { file: ref.file, line: ref.line }]));
  return [...refs.values()];
}

/** `1 case`, `13 cases`; with a plural of its own `320 echoes`. */
export const counted = (count: number, noun: string, nouns = `${noun}s`): string => `${count} ${count === 1 ? noun : nouns}`;
