import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SPEC_KEYS } from '../../../harness/spec/parse-spec.ts';
import { CHECK_KEYS, MAX_CHECKS, MAX_PROVIDED, MAX_URLS } from '../../../harness/spec/read-check.ts';
import { EXPECTATION_KEYS } from '../../../harness/spec/read-expectation.ts';
import {
  DIRECTIONS,
  IMPAIRMENT_KEYS,
  LINK_KEYS,
  MAX_DROPPED_TEXT,
  MAX_TRIGGER_TEXT,
  numbersOf,
  REFUSALS,
} from '../../../harness/spec/read-link.ts';
import { ORIGINS, PATH_KEYS } from '../../../harness/spec/read-path.ts';
import { ALLOWANCE_KEYS, INCONCLUSIVE, MAX_WARNINGS, POLICY_KEYS } from '../../../harness/spec/read-policy.ts';
import { LEVELS } from '../../../harness/model/policy.ts';
import { LEVEL_KEYS, QUARANTINE_KEYS, THRESHOLD_KEYS } from '../../../harness/spec/read-policy-rules.ts';
import { PROXY_KEYS } from '../../../harness/spec/read-proxy.ts';
import { SYSCTL_RULES } from '../../../harness/spec/read-sysctls.ts';
import { SETTING_KEYS } from '../../../harness/spec/read-settings.ts';
import {
  BYTES,
  LOAD_KEYS,
  LOAD_NUMBERS,
  LOOPS,
  MESSAGES_BEGIN,
  PAYLOADS,
  RECONNECT_KEYS,
  SLOW_READER_KEYS,
} from '../../../harness/spec/read-load.ts';
import { BURST, MAX_STAGES, RATE, STAGE_KEYS } from '../../../harness/spec/read-stages.ts';
import { LAB_CHOICES } from '../../../harness/spec/spec.ts';

interface Schema {
  readonly properties: Readonly<Record<string, Schema>>;
  readonly $defs: Readonly<Record<string, Schema>>;
  readonly items: Schema;
  readonly additionalProperties: Schema;
  readonly enum: readonly string[];
  readonly oneOf: readonly Schema[];
  readonly const: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly maxLength: number;
  readonly maxItems: number;
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
    [at(schema, 'policy', 'levels').items, LEVEL_KEYS],
    [at(schema, 'policy', 'thresholds').items, THRESHOLD_KEYS],
    [at(schema, 'policy', 'quarantine').items, QUARANTINE_KEYS],
    [$defs['path'], PATH_KEYS],
    [$defs['check'], CHECK_KEYS],
    [$defs['proxy'], PROXY_KEYS],
    [$defs['link'], LINK_KEYS],
    [$defs['expectation'], EXPECTATION_KEYS],
    [$defs['load'], LOAD_KEYS],
    [at($defs['load'], 'reconnect'), RECONNECT_KEYS],
    [at($defs['load'], 'slowReaders'), SLOW_READER_KEYS],
    [at($defs['path'], 'sysctls').additionalProperties, Object.keys(SYSCTL_RULES)],
  ] as const;
  for (const [part, keys] of pairs) expect(keysOf(part)).toEqual([...keys].sort());
});

it('the published schema has the same words and limits', () => {
  const { $defs } = schema;
  expect(at(schema, 'settings', 'lab').enum).toEqual(LAB_CHOICES);
  expect(at(schema, 'policy', 'inconclusive').enum).toEqual(INCONCLUSIVE);
  expect(at(at(schema, 'policy', 'levels').items, 'level').enum).toEqual(LEVELS);
  expect(at(schema, 'policy', 'maxWarnings')).toMatchObject({ minimum: 0, maximum: MAX_WARNINGS });
  expect(at($defs['path'], 'origin').enum).toEqual(ORIGINS);
  expect([at(schema, 'check'), at($defs['check'], 'provide'), at($defs['check'], 'urls')].map(({ maxItems }) => maxItems)).toEqual([
    MAX_CHECKS,
    MAX_PROVIDED,
    MAX_URLS,
  ]);
  expect($defs['direction']?.enum).toEqual(DIRECTIONS);
  const impairments = ($defs['impairment'] as Schema).oneOf;
  const kinds = Object.keys(IMPAIRMENT_KEYS) as readonly (keyof typeof IMPAIRMENT_KEYS)[];
  expect(impairments.map((one) => at(one, 'kind').const)).toEqual(kinds);
  for (const [index, kind] of kinds.entries()) {
    const one = impairments[index] as Schema;
    const numbers = numbersOf(kind);
    expect(keysOf(one)).toEqual(['kind', ...numbers.map(({ key }) => key), ...IMPAIRMENT_KEYS[kind], 'subject'].sort());
    expect(numbers.map(({ key }) => at(one, key))).toMatchObject(
      numbers.map(({ min, max, step }) => ({ minimum: min, maximum: max, ...(step === undefined ? {} : { multipleOf: step }) })),
    );
  }
  const ofKind = (kind: string): Schema | undefined => impairments.find((one) => at(one, 'kind').const === kind);
  expect(at(ofKind('connlimit'), 'refusal').enum).toEqual(REFUSALS);
  expect(at(ofKind('drop-text'), 'text').maxLength).toBe(MAX_DROPPED_TEXT);
  const trigger = ofKind('inject-rst');
  expect(at(trigger, 'onText').maxLength).toBe(MAX_TRIGGER_TEXT);
  expect(at(trigger, 'direction').enum).toEqual(DIRECTIONS.filter((direction) => direction !== 'both'));
});

it('the published schema has the same words and limits of loads', () => {
  const { load, stage } = schema.$defs;
  expect([at(load, 'loop').enum, at(load, 'messagesBegin').enum, at(load, 'payload').enum]).toEqual([LOOPS, MESSAGES_BEGIN, PAYLOADS]);
  for (const [key, { min, max }] of Object.entries(LOAD_NUMBERS)) expect(at(load, key)).toMatchObject({ minimum: min, maximum: max });
  expect(at(load, 'payloadBytes').oneOf[0]).toMatchObject({ minimum: BYTES.min, maximum: BYTES.max });
  expect(stage?.oneOf.map((one) => keysOf(one))).toEqual(Object.values(STAGE_KEYS).map((keys) => [...keys].sort()));
  for (const [key, { min, max }] of [
    ['connections', BURST],
    ['messages', RATE],
  ] as const)
    expect(at(load, key).oneOf).toMatchObject([{ minimum: min, maximum: max }, { maxItems: MAX_STAGES }]);
});
