import type { Finding } from '../model/finding.ts';
import type { Allowance, LevelRule } from '../model/policy.ts';
import { matchesGlob } from './glob.ts';

/** Whether a rule, whose audit and path are patterns, is about a finding. */
export const matchesRule = (rule: Allowance, { auditId, path, scenario }: Finding): boolean =>
  matchesGlob(rule.audit, auditId) && matchesGlob(rule.path, path) && (rule.scenario === null || rule.scenario === scenario);

/** The level rule that counts for a finding: the last that matches. Null: none does, and it is an error. */
export const levelOf = (finding: Finding, rules: readonly LevelRule[]): LevelRule | null =>
  rules.findLast((rule) => matchesRule(rule, finding)) ?? null;
