import type { Finding } from '../model/finding.ts';
import type { Quarantine } from '../model/policy.ts';
import type { QuarantineResult } from '../model/policy-result.ts';
import type { JudgedFinding } from '../model/record.ts';
import { matchesRule } from './levels.ts';

const DAY_MS = 86_400_000;

/** How many days a quarantine still has at a moment, the last day included: 0 once it has run out. Days are those of UTC. */
export function daysLeft(until: string, nowIso: string): number {
  const [end, now] = [Date.parse(`${until}T00:00:00Z`) + DAY_MS, Date.parse(nowIso)];
  return Number.isFinite(end) && Number.isFinite(now) ? Math.max(0, Math.ceil((end - now) / DAY_MS)) : 0;
}

export interface Quarantined {
  readonly rule: Quarantine;
  /** 0: it has run out, and the finding counts. */
  readonly daysLeft: number;
}

/** The quarantine that a finding is in: the one that lasts longest, of those that match; null when none does. */
export function quarantineOf(finding: Finding, rules: readonly Quarantine[], nowIso: string): Quarantined | null {
  const matching = rules.filter((rule) => matchesRule(rule, finding)).map((rule) => ({ rule, daysLeft: daysLeft(rule.until, nowIso) }));
  return matching.toSorted((a, b) => (a.rule.until < b.rule.until ? 1 : -1))[0] ?? null;
}

/** Each quarantine with the findings in it, for the reports: an empty one can go. */
export const quarantineResults = (
  rules: readonly Quarantine[],
  findings: readonly JudgedFinding[],
  nowIso: string,
): readonly QuarantineResult[] =>
  rules.map((rule) => ({
    ...rule,
    daysLeft: daysLeft(rule.until, nowIso),
    findings: findings
      .filter(
        (finding) =>
          (finding.standing?.kind === 'quarantined' || finding.standing?.kind === 'quarantine-over') &&
          finding.standing.until === rule.until &&
          matchesRule(rule, finding),
      )
      .map(({ id }) => id),
  }));
