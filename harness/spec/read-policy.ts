import { resolve } from 'node:path';
import type { Policy } from '../model/policy.ts';
import type { SpecFolders } from './config-file.ts';
import { SENTENCE } from './names.ts';
import { expectPath, readLevel, readQuarantine, readThreshold, type RuleGround } from './read-policy-rules.ts';
import { type SpecItem, SpecMap } from './spec-map.ts';
import type { SpecDocument } from './spec-document.ts';

export const POLICY_KEYS = ['allow', 'inconclusive', 'levels', 'thresholds', 'quarantine', 'maxWarnings', 'baseline'] as const;
export const ALLOWANCE_KEYS = ['audit', 'path', 'scenario', 'because'] as const;
export const INCONCLUSIVE = ['refuse', 'allow'] as const satisfies readonly Policy['inconclusive'][];
export const MAX_WARNINGS = 100_000;

const MAX_RULES = 200;

export interface PolicyGround extends RuleGround {
  readonly folders: SpecFolders;
}

/** What may fail, and what must be measured. An allowance must say why, and every rule must be about a path that the spec has. */
export function readPolicy(map: SpecMap, ground: PolicyGround): Policy {
  const { folders } = ground;
  const rules = <T>(key: string, read: (item: SpecItem) => T): readonly T[] => map.list(key, MAX_RULES).map(read);
  const levels = rules('levels', (item) => readLevel(map.document, item, ground));
  const thresholds = rules('thresholds', (item) => readThreshold(map.document, item, ground));
  const quarantine = rules('quarantine', (item) => readQuarantine(map.document, item, ground));
  const maxWarnings = map.number('maxWarnings', { min: 0, max: MAX_WARNINGS, whole: true });
  const baseline = map.text('baseline', { max: 400 });
  return {
    allow: rules('allow', (item) => readAllowance(map.document, item, ground)),
    inconclusive: map.choice('inconclusive', INCONCLUSIVE) ?? 'refuse',
    ...(levels.length === 0 ? {} : { levels }),
    ...(thresholds.length === 0 ? {} : { thresholds }),
    ...(quarantine.length === 0 ? {} : { quarantine }),
    ...(maxWarnings === null ? {} : { maxWarnings }),
    ...(baseline === null ? {} : { baseline: { file: resolve(folders.spec, baseline), label: baseline } }),
  };
}

function readAllowance(document: SpecDocument, item: SpecItem, ground: PolicyGround): Policy['allow'][number] {
  const { vocabulary } = ground;
  const map = new SpecMap(document, item, ALLOWANCE_KEYS);
  const path = map.text('path', { max: 60 }) ?? '*';
  expectPath(map, path, ground);
  return {
    audit: map.choice('audit', vocabulary.audits, true) ?? '',
    path,
    scenario: map.choice(
      'scenario',
      vocabulary.scenarios.map(({ id }) => id),
    ),
    because: map.text('because', { ...SENTENCE, required: true }) ?? '',
  };
}
