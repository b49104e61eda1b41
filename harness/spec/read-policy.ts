import { resolve } from 'node:path';
import { matchesGlob } from '../gate/glob.ts';
import type { Path } from '../model/path.ts';
import type { Policy } from '../model/policy.ts';
import type { SpecFolders } from './config-file.ts';
import { SENTENCE } from './names.ts';
import { quoted } from './problem.ts';
import { readLevel, readQuarantine, readThreshold } from './read-policy-rules.ts';
import type { Vocabulary } from './spec.ts';
import { type SpecItem, SpecMap } from './spec-map.ts';
import type { SpecDocument } from './spec-document.ts';

export const POLICY_KEYS = ['allow', 'inconclusive', 'levels', 'thresholds', 'quarantine', 'maxWarnings', 'baseline'] as const;
export const ALLOWANCE_KEYS = ['audit', 'path', 'scenario', 'because'] as const;
export const INCONCLUSIVE = ['refuse', 'allow'] as const satisfies readonly Policy['inconclusive'][];
export const MAX_WARNINGS = 100_000;

const MAX_RULES = 200;

export interface PolicyGround {
  readonly vocabulary: Vocabulary;
  readonly paths: readonly Path[];
  readonly folders: SpecFolders;
}

/** What may fail, and what must be measured. An allowance must say why, and every rule must be about a path that the spec has. */
export function readPolicy(map: SpecMap, ground: PolicyGround): Policy {
  const { vocabulary, paths, folders } = ground;
  const pathIds = paths.map(({ id }) => id);
  const rules = <T>(key: string, read: (item: SpecItem) => T): readonly T[] => map.list(key, MAX_RULES).map(read);
  const levels = rules('levels', (item) => readLevel(map.document, item, ground));
  const thresholds = rules('thresholds', (item) => readThreshold(map.document, item, paths));
  const quarantine = rules('quarantine', (item) => readQuarantine(map.document, item, ground));
  const maxWarnings = map.number('maxWarnings', { min: 0, max: MAX_WARNINGS, whole: true });
  const baseline = map.text('baseline', { max: 400 });
  return {
    allow: rules('allow', (item) => readAllowance(map.document, item, vocabulary, pathIds)),
    inconclusive: map.choice('inconclusive', INCONCLUSIVE) ?? 'refuse',
    ...(levels.length === 0 ? {} : { levels }),
    ...(thresholds.length === 0 ? {} : { thresholds }),
    ...(quarantine.length === 0 ? {} : { quarantine }),
    ...(maxWarnings === null ? {} : { maxWarnings }),
    ...(baseline === null ? {} : { baseline: { file: resolve(folders.spec, baseline), label: baseline } }),
  };
}

function readAllowance(
  document: SpecDocument,
  item: SpecItem,
  vocabulary: Vocabulary,
  pathIds: readonly string[],
): Policy['allow'][number] {
  const map = new SpecMap(document, item, ALLOWANCE_KEYS);
  const path = map.text('path', { max: 60 }) ?? '*';
  if (!pathIds.some((id) => matchesGlob(path, id))) {
    map.report(
      'SPEC_ERR_UNKNOWN_NAME',
      `expected ${map.name}.path to match a path of this spec (${pathIds.slice(0, 10).join(', ')}), got ${quoted(path)}`,
      'path',
    );
  }
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
