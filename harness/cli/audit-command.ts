import { HarnessError } from '../errors.ts';
import type { RunFacts } from '../model/run-facts.ts';
import { readRemedies } from '../run/remedies-file.ts';
import { readRunFolder } from '../run/run-folder.ts';
import { judgedFrom, recordOf } from './judge-folder.ts';
import type { AuditOptions } from './judge-options.ts';
import { baselineFor, policyWith } from './judge-with.ts';
import { printOutcome } from './print-outcome.ts';
import { writeReports } from './write-reports.ts';

/** `hopscope audit`: judges a saved run again, or several of the same paths together, and prints the outcome. The exit code is the verdict's. */
export async function auditCommandLine({ folders, json, quiet, judgeWith, formats = [], out = null }: AuditOptions): Promise<number> {
  if (formats.length > 0 && out === null && folders.length > 1)
    throw new HarnessError('USAGE_ERR_BAD_FLAG', 'expected --out beside --format with several run folders, got none');
  const record = folders.length > 1 ? await togetherOf(folders, judgeWith) : await recordOf(folders[0] ?? '.', judgeWith);
  writeReports(record, out ?? folders[0] ?? '.', formats);
  printOutcome(record, { json, quiet });
  return record.exitCode;
}

/** The record of the run that was started last, with the findings of all. Its policy and its baseline count. */
async function togetherOf(folders: readonly string[], judgeWith: AuditOptions['judgeWith']): ReturnType<typeof recordOf> {
  const read = await Promise.all(folders.map(async (folder) => ({ folder, ...(await readRunFolder(folder)) })));
  const inOrder = read.toSorted((a, b) => (a.facts.run.startedAt < b.facts.run.startedAt ? -1 : 1));
  const last = inOrder.at(-1);
  if (last === undefined) throw new HarnessError('USAGE_ERR_BAD_FLAG', 'expected a run folder, got none');
  const ids = inOrder.map(({ facts }) => facts.run.id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new HarnessError('USAGE_ERR_BAD_FLAG', `expected each run once, got ${twice} again`);
  const odd = inOrder.find(({ facts }) => shapeOf(facts) !== shapeOf(last.facts));
  if (odd !== undefined)
    throw new HarnessError(
      'USAGE_ERR_BAD_FLAG',
      `expected runs of the same paths and scenarios, got others in ${odd.folder} than in ${last.folder}`,
    );
  const policy = policyWith(last.facts.policy, judgeWith);
  return judgedFrom(
    { ...last, facts: { ...last.facts, policy } },
    { remedies: await readRemedies(last.folder), baseline: baselineFor(last.folder, policy, judgeWith), earlier: inOrder.slice(0, -1) },
  ).record;
}

const shapeOf = ({ paths, scenarios }: RunFacts): string =>
  JSON.stringify([paths.map(({ id }) => id).toSorted(), scenarios.map(({ id }) => id).toSorted()]);
