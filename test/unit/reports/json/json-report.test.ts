import { describe, expect, it } from 'vitest';
import type { Impairment } from '../../../../harness/model/impairment.ts';
import { RECORD_SCHEMA_VERSION, type RunRecord } from '../../../../harness/model/record.ts';
import { jsonReport } from '../../../../reports/json/json-report.ts';
import { passingRecord, sampleRecord, withHostileText } from '../../../fixtures/record-sample.ts';
import { reversed, schemaCheck } from '../schema-check.ts';

describe('jsonReport', () => {
  it('is the record', () => {
    expect(JSON.parse(jsonReport(sampleRecord()))).toEqual(JSON.parse(JSON.stringify(sampleRecord())));
  });

  it('does not depend on the order in which the record was made', () => {
    expect(jsonReport(reversed(sampleRecord()) as RunRecord)).toBe(jsonReport(sampleRecord()));
  });

  it('starts with the schema version and the answer, and ends with a line feed', () => {
    const text = jsonReport(sampleRecord());
    expect(Object.keys(JSON.parse(text) as object).slice(0, 5)).toEqual(['schemaVersion', 'tool', 'verdict', 'exitCode', 'headline']);
    expect(text.endsWith('}\n')).toBe(true);
  });
});

describe('record.schema.json', () => {
  const { schema, errorsOf } = schemaCheck('json/record.schema.json');

  it.each([
    ['a record of every kind of path', sampleRecord()],
    ['a passing record', passingRecord()],
    ['a record full of hostile text', withHostileText(sampleRecord())],
  ])('accepts %s', (_, record) => {
    expect(errorsOf(record)).toEqual([]);
  });

  it('accepts what jsonReport writes', () => {
    expect(errorsOf(JSON.parse(jsonReport(sampleRecord())))).toEqual([]);
  });

  it('accepts impairments of every kind, also as the device under test', () => {
    const impairments: readonly Impairment[] = [
      { kind: 'loss', percent: 2, direction: 'both' },
      { kind: 'loss-nth', every: 40, direction: 'to-client' },
      { kind: 'delay', ms: 1.5, direction: 'both' },
      { kind: 'rate', kbitPerSecond: 512, direction: 'to-origin' },
      { kind: 'hold-rst', ms: 200, direction: 'to-client' },
      { kind: 'mtu-blackhole', bytes: 1400, direction: 'both' },
      { kind: 'forget-flows', afterMs: 2000, direction: 'both' },
      { kind: 'inject-rst', onText: 'tick 3', afterMs: 5, direction: 'to-client' },
    ];
    const kinds = [...impairments, ...impairments.map((it) => ({ ...it, subject: true as const }))];
    const [first, ...rest] = sampleRecord().paths;
    const paths = [{ ...first!, path: { ...first!.path, links: [{ name: 'lan', impairments: kinds }] } }, ...rest];
    expect(errorsOf(sampleRecord({ paths }))).toEqual([]);
    const odd = [{ ...impairments[7], direction: 'both' }];
    expect(
      errorsOf({ ...sampleRecord(), paths: [{ ...first!, path: { ...first!.path, links: [{ name: 'lan', impairments: odd }] } }] }),
    ).not.toEqual([]);
  });

  it('accepts all that a line of config can say of where it applies', () => {
    const record = sampleRecord();
    const scope = { logName: 'be_ws/<NOSRV>', pathPrefix: '/ws', status: 403, termination: 'PR' };
    const findings = record.findings.map((it) =>
      it.blame?.config ? { ...it, blame: { ...it.blame, config: { ...it.blame.config, scope } } } : it,
    );
    expect(errorsOf({ ...record, findings })).toEqual([]);
  });

  it('refuses a key that it does not know, however deep', () => {
    const record = sampleRecord();
    const [first, ...rest] = record.paths;
    expect(errorsOf({ ...record, paths: [{ ...first, path: { ...first?.path, colour: 'red' } }, ...rest] })).toEqual([
      '/paths/0/path must NOT have additional properties',
    ]);
  });

  it('refuses keys that it does not know in a load, its points, its comparison and a search', () => {
    const record = sampleRecord();
    const [chart, comparison, knee] = [record.loads[0]!, record.loadComparisons[0]!, record.knees[0]!];
    const odd = { colour: 'red' };
    for (const part of [
      { loads: [{ ...chart, ...odd }] },
      { loads: [{ ...chart, points: [{ ...chart.points[0]!, ...odd }] }] },
      { loads: [{ ...chart, headroom: { ...chart.headroom, ...odd } }] },
      { loadComparisons: [{ ...comparison, ...odd }] },
      { loadComparisons: [{ ...comparison, differences: [{ ...comparison.differences[0]!, ...odd }] }] },
      { knees: [{ ...knee, steps: [{ ...knee.steps[0]!, ...odd }] }] },
    ])
      expect(errorsOf({ ...record, ...part })).toHaveLength(1);
  });

  it('refuses a record of another version', () => {
    expect(errorsOf(sampleRecord({ schemaVersion: '2.0.0' }))).toEqual(['/schemaVersion must be equal to constant']);
    expect(JSON.stringify(schema)).toContain(`"schemaVersion":{"const":"${RECORD_SCHEMA_VERSION}"}`);
  });

  it('lets no object have keys that are not listed', () => {
    const open: string[] = [];
    const visit = (node: unknown, at: string): void => {
      if (node === null || typeof node !== 'object') return;
      if ('type' in node && node.type === 'object' && !('additionalProperties' in node)) open.push(at);
      for (const [key, item] of Object.entries(node)) visit(item, `${at}/${key}`);
    };
    visit(schema, '');
    expect(open).toEqual([]);
  });
});
