import { HarnessError } from '../errors.ts';
import { matchesGlob } from '../gate/glob.ts';
import { pathsOfThreshold } from '../gate/thresholds.ts';
import { parseThreshold } from '../measure/threshold-expression.ts';
import { isControl } from '../model/path.ts';
import type { Path } from '../model/path.ts';
import { type Allowance, LEVELS, type LevelRule, type Quarantine, type ThresholdRule } from '../model/policy.ts';
import { SENTENCE } from './names.ts';
import { suggestion } from './nearest.ts';
import { quoted } from './problem.ts';
import type { OpenPattern, Vocabulary } from './spec.ts';
import { type SpecItem, SpecMap } from './spec-map.ts';
import type { SpecDocument } from './spec-document.ts';

export const LEVEL_KEYS = ['audit', 'path', 'scenario', 'level', 'because'] as const;
export const THRESHOLD_KEYS = ['path', 'expect', 'because'] as const;
export const QUARANTINE_KEYS = ['audit', 'path', 'scenario', 'until', 'because'] as const;

/** What rules may name. */
export interface RuleGround {
  readonly vocabulary: Vocabulary;
  readonly paths: readonly Path[];
  /** Takes patterns that may be about paths which are not known yet; null: there are none. */
  readonly openPatterns: OpenPattern[] | null;
}

const MAX_PATTERN = 60;

/** A level other than `error` must say why. */
export function readLevel(document: SpecDocument, item: SpecItem, ground: RuleGround): LevelRule {
  const map = new SpecMap(document, item, LEVEL_KEYS);
  const level = map.choice('level', LEVELS, true) ?? 'error';
  return { ...readRule(map, ground, level !== 'error'), level };
}

/** A day that a calendar has. */
export function readQuarantine(document: SpecDocument, item: SpecItem, ground: RuleGround): Quarantine {
  const map = new SpecMap(document, item, QUARANTINE_KEYS);
  const shape = 'a day such as 2027-01-31';
  const until = map.text('until', { pattern: /^\d{4}-\d{2}-\d{2}$/, shape, required: true });
  if (until !== null && !isDay(until))
    map.report('SPEC_ERR_WRONG_TYPE', `expected ${map.name}.until to be ${shape}, got ${quoted(until)}`, 'until');
  return { ...readRule(map, ground, true), until: until ?? '' };
}

function isDay(text: string): boolean {
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

/** What is expected is read whole, so that nothing wrong is found only after the run. */
export function readThreshold(document: SpecDocument, item: SpecItem, ground: RuleGround): ThresholdRule {
  const map = new SpecMap(document, item, THRESHOLD_KEYS);
  const path = map.text('path', { max: MAX_PATTERN }) ?? '*';
  expectSubject(map, path, ground);
  const expect = map.text('expect', { required: true });
  if (expect !== null) checkThreshold(map, expect);
  return { path, expect: expect ?? '', because: map.text('because', SENTENCE) };
}

function checkThreshold(map: SpecMap, expect: string): void {
  try {
    parseThreshold(expect, suggestion);
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    map.report(error.code, `${map.name}.expect: ${error.message}`, 'expect');
  }
}

function readRule(map: SpecMap, ground: RuleGround, mustSayWhy: boolean): Allowance {
  const { vocabulary } = ground;
  const audit = map.text('audit', { max: MAX_PATTERN, required: true }) ?? '*';
  if (!vocabulary.audits.some((id) => matchesGlob(audit, id)))
    map.report(
      'SPEC_ERR_UNKNOWN_NAME',
      `expected ${map.name}.audit to match one of ${vocabulary.audits.join(', ')}, got ${quoted(audit)}${suggestion(audit, vocabulary.audits)}`,
      'audit',
    );
  const path = map.text('path', { max: MAX_PATTERN }) ?? '*';
  expectPath(map, path, ground);
  const scenario = map.choice(
    'scenario',
    vocabulary.scenarios.map(({ id }) => id),
  );
  return { audit, path, scenario, because: map.text('because', { ...SENTENCE, required: mustSayWhy }) ?? '' };
}

/** Reports a pattern that no path of the spec matches, or leaves it open where paths come from configs that are checked. */
export function expectPath(map: SpecMap, pattern: string, { paths, openPatterns }: RuleGround): void {
  const ids = paths.map(({ id }) => id);
  if (ids.some((id) => matchesGlob(pattern, id))) return;
  if (openPatterns === null) reportPath(map, pattern, ids, 'a path of this spec');
  else openPatterns.push({ ...openOf(map, pattern), controlsToo: true });
}

/** The same for a rule that is about no control path. */
function expectSubject(map: SpecMap, pattern: string, { paths, openPatterns }: RuleGround): void {
  if (pathsOfThreshold(pattern, paths).length > 0) return;
  const ids = paths.filter((one) => !isControl(one)).map(({ id }) => id);
  if (openPatterns === null) reportPath(map, pattern, ids, 'a path of this spec that is not a control path');
  else openPatterns.push({ ...openOf(map, pattern), controlsToo: false });
}

function openOf(map: SpecMap, pattern: string): Pick<OpenPattern, 'name' | 'pattern' | 'place'> {
  const { node, name } = map.item('path');
  return { name, pattern, place: map.document.place(node ?? map.node) };
}

function reportPath(map: SpecMap, path: string, ids: readonly string[], what: string): void {
  const message = `expected ${map.name}.path to match ${what} (${ids.slice(0, 10).join(', ')}), got ${quoted(path)}${suggestion(path, ids)}`;
  map.report('SPEC_ERR_UNKNOWN_NAME', message, 'path');
}
