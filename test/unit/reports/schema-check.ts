import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';

/** The same value with the keys of every object in the opposite order. */
export const reversed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, item]) => [key, reversed(item)]),
  );
};

export interface SchemaNode {
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, SchemaNode>>;
}

/** A published schema, by its path below `reports/`, and what a value violates of it. */
export function schemaCheck(name: string): { readonly schema: SchemaNode; readonly errorsOf: (value: unknown) => readonly string[] } {
  const schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../../reports', name), 'utf8')) as SchemaNode;
  const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema);
  return {
    schema,
    errorsOf: (value) => {
      validate(JSON.parse(JSON.stringify(value)));
      return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
    },
  };
}
