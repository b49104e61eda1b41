import { highestUnseenRate, repeatsToRuleOut } from '../harness/measure/repeats.ts';
import { thresholdSentence, warningWords } from '../harness/measure/policy-words.ts';
import type { BaselineResult } from '../harness/model/baseline.ts';
import type { QuarantineResult, ThresholdResult } from '../harness/model/policy-result.ts';
import type { JudgedFinding, RunRecord } from '../harness/model/record.ts';
import { claimOf } from './claim.ts';
import { plural } from './numbers.ts';
import { pathNameOf } from './path-name.ts';

/* Sentences about what the policy and the baseline made of a run. All may hold untrusted text: escape them. */

/** Thresholds that count, the failing ones first; those that are kept, and known failures, are left out. */
export const openThresholds = ({ thresholds }: RunRecord): readonly ThresholdResult[] => {
  const counting = thresholds.filter(({ verdict, known }) => verdict !== 'pass' && known !== true);
  return [...counting.filter(({ verdict }) => verdict === 'fail'), ...counting.filter(({ verdict }) => verdict !== 'fail')];
};

/** `edge-a: expected idle limit >= 75 s, measured 2 s: ...`. */
export const thresholdLine = (result: ThresholdResult): string =>
  `${result.path}: ${thresholdSentence(result)}${result.why === null ? '' : ` (wanted because ${result.why})`}`;

/** Why a finding is what it is, in a few words; empty for one of which the policy says nothing. */
export function standingWords({ standing }: JudgedFinding): string {
  switch (standing?.kind) {
    case 'off':
      return `off: ${standing.because}`;
    case 'warning':
      return `a warning: ${standing.because}`;
    case 'quarantined':
      return `in quarantine until ${standing.until}, ${plural(standing.daysLeft, 'day')} left: ${standing.because}`;
    case 'quarantine-over':
      return `its quarantine ran out on ${standing.until}, so it counts: ${standing.because}`;
    case 'known':
      return 'in the baseline';
    case undefined:
      return '';
  }
}

/** `edge-a, idle-hold: haproxy cut an idle socket (a warning: ...)`. */
export const warningLine = (record: RunRecord, finding: JudgedFinding): string =>
  [`${pathNameOf(record, finding.path)}, ${finding.scenario}: ${claimOf(finding).text}`, standingWords(finding), repeatWords(finding)]
    .filter((part) => part !== '')
    .join('; ');

/** `flaky: in 1 of 3 runs; 8 repeats without it would rule that rate out`; empty where one run was judged, or the failure is firm. */
export function repeatWords({ repeats }: JudgedFinding): string {
  if (repeats === undefined || repeats.failed >= repeats.of) return '';
  const needed = repeatsToRuleOut(repeats.failed / repeats.of);
  return `flaky: in ${repeats.failed} of ${repeats.of} runs; ${plural(needed, 'repeat')} without it would show that it is rarer than that (95 %)`;
}

/** What several runs say together of what showed in none of them; null where one run was judged. */
export function repeatsLine({ repeatedRuns }: RunRecord): string | null {
  if (repeatedRuns === undefined) return null;
  const runs = repeatedRuns.length;
  const bound = Math.round(highestUnseenRate(runs) * 100);
  return `${plural(runs, 'run')} judged together: what failed in none of them fails in less than ${bound} % of runs (95 % confidence); to say less than 5 % takes ${repeatsToRuleOut(0.05)} runs`;
}

/** `3 warnings, 1 of them in quarantine`; null where there are none. */
export function warningCount({ warnings, findings }: RunRecord): string | null {
  if (warnings.count === 0) return null;
  const held = findings.filter(({ standing }) => standing?.kind === 'quarantined').length;
  return `${warningWords(warnings)}${held === 0 ? '' : `; ${held} of them in quarantine`}`;
}

/** `quarantine of idle-cutoff on edge-* ran out on 2026-10-01: 2 findings count again`. */
export function quarantineLine({ audit, path, scenario, until, daysLeft, findings }: QuarantineResult): string {
  const what = `quarantine of ${audit} on ${path}${scenario === null ? '' : ` in ${scenario}`}`;
  const nothing = 'nothing was in it in this run';
  if (daysLeft === 0)
    return `${what} ran out on ${until}: ${findings.length === 0 ? nothing : `${plural(findings.length, 'finding')} in it ${findings.length === 1 ? 'counts' : 'count'} again`}`;
  return `${what} lasts until ${until} (${plural(daysLeft, 'day')} left): ${findings.length === 0 ? nothing : `${plural(findings.length, 'finding')} in it`}`;
}

/** `baseline .hopscope-baseline.json: 5 known failures, 1 new, 2 measures worse`. */
export function baselineLine({ file, known, fresh, regressions }: BaselineResult): string {
  const worse = [
    ...(fresh.length === 0 ? [] : [`${fresh.length} new`]),
    ...(regressions.length === 0 ? [] : [`${plural(regressions.length, 'measure')} worse`]),
  ];
  return `baseline ${file}: ${plural(known.length, 'known failure')}, ${worse.length === 0 ? 'nothing new and nothing worse' : worse.join(', ')}`;
}

/** What got better since the baseline was written, and how to keep it so. */
export const mendedLines = ({ file, mended }: BaselineResult): readonly string[] =>
  mended.length === 0
    ? []
    : [...mended.map((sentence) => `mended: ${sentence}`), `to keep it so: hopscope baseline write --ratchet --out ${file}`];

/** Measures that are worse than the baseline's. */
export const regressionLines = ({ baseline }: RunRecord): readonly string[] =>
  (baseline?.regressions ?? []).map(({ path, because }) => `${path}: ${because}`);
