import { audits } from '../audits/index.ts';
import { auditRun } from '../audits/run-audits.ts';
import { buildRecord } from '../gate/build-record.ts';
import { judge, type Judgement } from '../gate/gate.ts';
import { judgeRepeats } from '../gate/judge-repeats.ts';
import type { MeasureGround } from '../gate/measure-ground.ts';
import { judgedPaths } from '../gate/optional-paths.ts';
import { withQuirks } from '../gate/quirks.ts';
import type { RunRecord } from '../model/record.ts';
import type { Remedy } from '../model/remedy.ts';
import { readRemedies } from '../run/remedies-file.ts';
import { readRunFolder } from '../run/run-folder.ts';
import { BUILT_IN_LABEL } from './built-in-label.ts';
import { baselineFor, type JudgeWith, type MeantBaseline, policyWith } from './judge-with.ts';
import { services } from './services.ts';
import { unfinished } from './unfinished.ts';
import { withStoppers } from './with-stoppers.ts';

const quirksByService = new Map(services.map(({ name, quirks = [] }) => [name, quirks]));

/** Judges the evidence of a run folder: no network, no lab, at any time later. Throws what readRunFolder throws, and BASELINE_ERR_UNREADABLE. */
export async function recordOf(folder: string, judgeWith: JudgeWith = {}): Promise<RunRecord> {
  const read = await readRunFolder(folder);
  const policy = policyWith(read.facts.policy, judgeWith);
  const baseline = baselineFor(folder, policy, judgeWith);
  return judgedFrom({ ...read, facts: { ...read.facts, policy } }, { remedies: await readRemedies(folder), baseline }).record;
}

/** The same of a folder that was read already, against no baseline. */
export const recordFrom = (read: ReadRun, remedies: readonly Remedy[] = []): RunRecord => judgedFrom(read, { remedies }).record;

export type ReadRun = Awaited<ReturnType<typeof readRunFolder>>;

export interface JudgeGround {
  readonly remedies?: readonly Remedy[];
  readonly baseline?: MeantBaseline | null;
  /** Earlier runs of the same paths, to be judged together with this one. */
  readonly earlier?: readonly ReadRun[];
}

export interface Judged {
  readonly record: RunRecord;
  readonly judgement: Judgement;
  /** What the measures of the paths were taken from. */
  readonly measures: MeasureGround;
}

/** Audits and gate over what was read. Pure. */
export function judgedFrom(read: ReadRun, { remedies = [], baseline = null, earlier = [] }: JudgeGround): Judged {
  const { evidence } = read;
  const facts = { ...read.facts, paths: judgedPaths(read.facts.paths, evidence.absences) };
  const audited = [...earlier, read].map((run) => auditRun(facts.paths, run.evidence).findings);
  const { findings, repeats } = earlier.length === 0 ? { findings: audited[0] ?? [], repeats: null } : judgeRepeats(audited);
  const { scenarios, policy } = facts;
  const paths = withQuirks(facts.paths, evidence.hosts, quirksByService);
  const spec = facts.run.specLabel === BUILT_IN_LABEL ? null : facts.run.specLabel;
  const invocation = { lab: facts.lab.kind, spec };
  const isJudged = new Set(paths.map(({ id }) => id));
  const absences = [...evidence.absences, ...unfinished(facts, evidence)].filter(({ path }) => isJudged.has(path));
  const measures = { ...evidence, isTimeScaled: facts.run.timeScaleNote !== null };
  const held = baseline === null ? {} : { baseline: { content: baseline.content, file: baseline.file } };
  const { startedAt } = facts.run;
  const judgement = judge({
    paths,
    findings,
    scenarios,
    policy,
    absences,
    invocation,
    startedAt,
    measures,
    ...held,
    ...(repeats === null ? {} : { repeats }),
    ...(facts.subjects === undefined ? {} : { subjects: facts.subjects }),
  });
  const titles = audits.map(({ id, title, failureTitle, cite }) => ({ id, title, failureTitle, cite }));
  const record = buildRecord(facts, withStoppers(evidence, facts), { audits: titles, judgement, remedies });
  const ids = [...earlier, read].map((run) => run.facts.run.id);
  return { record: earlier.length === 0 ? record : { ...record, repeatedRuns: ids }, judgement, measures: { ...measures, findings } };
}
