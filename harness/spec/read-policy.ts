import { matchesGlob } from '../gate/glob.ts';
import type { Policy } from '../model/policy.ts';
import { SENTENCE } from './names.ts';
import { quoted } from './problem.ts';
import type { Vocabulary } from './spec.ts';
import { type SpecItem, SpecMap } from './spec-map.ts';
import type { SpecDocument } from './spec-document.ts';

export const POLICY_KEYS = ['allow', 'inconclusive'] as const;
export const ALLOWANCE_KEYS = ['audit', 'path', 'scenario', 'because'] as const;
export const INCONCLUSIVE = ['refuse', 'allow'] as const satisfies readonly Policy['inconclusive'][];

const MAX_ALLOWANCES = 200;

/** What may fail. An allowance must say why, and must be about a path that the spec has. */
export function readPolicy(map: SpecMap, vocabulary: Vocabulary, pathIds: readonly string[]): Policy {
  return {
    allow: map.list('allow', MAX_ALLOWANCES).map((item) => readAllowance(map.document, item, vocabulary, pathIds)),
    inconclusive: map.choice('inconclusive', INCONCLUSIVE) ?? 'refuse',
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
