import schema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' };
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { sarifReport } from '../../../../reports/sarif/sarif-report.ts';
import { calmRecord, passingRecord, sampleRecord, withHostileText } from '../../../fixtures/record-sample.ts';

/* The published schema is of draft 4, whose `id` is the `$id` of later drafts, and one of its patterns is none with the flag `u`; otherwise later drafts read it the same. */
const { id: _, $schema: __, ...published } = schema;
const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
formats.default(ajv);
const validate = ajv.compile(published);

const errorsOf = (text: string): readonly string[] => {
  validate(JSON.parse(text));
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
};

describe('sarifReport against the schema of SARIF 2.1.0', () => {
  it.each([
    ['a run with failures of every kind', sampleRecord()],
    ['a run as declared', calmRecord()],
    ['a run that passes', passingRecord()],
    ['hostile text everywhere', withHostileText(sampleRecord())],
  ])('is valid for %s', (_name, record) => {
    expect(errorsOf(sarifReport(record))).toEqual([]);
  });

  it('is held against a schema that refuses what is wrong', () => {
    expect(errorsOf('{"version":"2.1.0","runs":[{"results":[]}]}')).not.toEqual([]);
  });
});
