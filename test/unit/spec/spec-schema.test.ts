import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SPEC_KEYS } from '../../../harness/spec/parse-spec.ts';
import { EXPECTATION_KEYS } from '../../../harness/spec/read-expectation.ts';
import { DIRECTIONS, IMPAIRMENT_KEYS, IMPAIRMENT_NUMBERS, LINK_KEYS, MAX_TRIGGER_TEXT } from '../../../harness/spec/read-link.ts';
import { ORIGINS, PATH_KEYS } from '../../../harness/spec/read-path.ts';
import { ALLOWANCE_KEYS, INCONCLUSIVE, POLICY_KEYS } from '../../../harness/spec/read-policy.ts';
import { PROXY_KEYS } from '../../../harness/spec/read-proxy.ts';
import { SETTING_KEYS } from '../../../harness/spec/read-settings.ts';
import { LAB_CHOICES } from '../../../harness/spec/spec.ts';

interface Schema {
  readonly properties: Readonly<Record<string, Schema>>;
  readonly $defs: Readonly<Record<string, Schema>>;
  readonly items: Schema;
  readonly enum: readonly string[];
  readonly oneOf: readonly Schema[];
  readonly const: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly maxLength: number;
  readonly multipleOf?: number;
}

const schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../../harness/spec/spec.schema.json'), 'utf8')) as Schema;
const at = (of: Schema | undefined, ...keys: readonly string[]): Schema =>
  keys.reduce<Schema>((one, key) => one.properties[key] as Schema, of as Schema);
const keysOf = (of: Schema | undefined): readonly string[] => Object.keys(of?.properties ?? {}).sort();

it('the published schema knows the keys that the reader knows, and no others', () => {
  const { $defs } = schema;
  const pairs = [
    [schema, SPEC_KEYS],
    [at(schema, 'settings'), SETTING_KEYS],
    [at(schema, 'policy'), POLICY_KEYS],
    [at(schema, 'policy', 'allow').items, ALLOWANCE_KEYS],
    [$defs['path'], PATH_KEYS],
    [$defs['proxy'], PROXY_KEYS],
    [$defs['link'], LINK_KEYS],
    [$defs['expectation'], EXPECTATION_KEYS],
  ] as const;
  for (const [part, keys] of pairs) expect(keysOf(part)).toEqual([...keys].sort());
});

it('the published schema has the same words and limits', () => {
  const { $defs } = schema;
  expect(at(schema, 'settings', 'lab').enum).toEqual(LAB_CHOICES);
  expect(at(schema, 'policy', 'inconclusive').enum).toEqual(INCONCLUSIVE);
  expect(at($defs['path'], 'origin').enum).toEqual(ORIGINS);
  expect($defs['direction']?.enum).toEqual(DIRECTIONS);
  const impairments = ($defs['impairment'] as Schema).oneOf;
  const published = impairments.map((one) => {
    const kind = at(one, 'kind').const as keyof typeof IMPAIRMENT_NUMBERS;
    const { key } = IMPAIRMENT_NUMBERS[kind];
    const { minimum, maximum, multipleOf } = at(one, key);
    return [kind, minimum, maximum, multipleOf, keysOf(one)];
  });
  expect(published).toEqual(
    Object.entries(IMPAIRMENT_NUMBERS).map(([kind, { key, min, max, ...rest }]) => [
      kind,
      min,
      max,
      'step' in rest ? rest.step : undefined,
      ['kind', key, 'subject', ...IMPAIRMENT_KEYS[kind as keyof typeof IMPAIRMENT_NUMBERS]].sort(),
    ]),
  );
  const trigger = impairments.find((one) => at(one, 'kind').const === 'inject-rst');
  expect(at(trigger, 'onText').maxLength).toBe(MAX_TRIGGER_TEXT);
  expect(at(trigger, 'direction').enum).toEqual(DIRECTIONS.filter((direction) => direction !== 'both'));
});
