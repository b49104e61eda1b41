import { describe, expect, it } from 'vitest';
import { ANALYSIS_SCHEMA_VERSION, type CaptureAnalysis } from '../../../../harness/model/capture-analysis.ts';
import { analysisJson } from '../../../../reports/analysis/json-analysis.ts';
import {
  badAnalysis,
  closedAnalysis,
  contrastAnalysis,
  emptyAnalysis,
  goodAnalysis,
  hostileAnalysis,
} from '../../../fixtures/analysis-sample.ts';
import { reversed, schemaCheck, type SchemaNode } from '../schema-check.ts';

describe('analysisJson', () => {
  it('is the analysis, in one order of keys', () => {
    expect(JSON.parse(analysisJson(contrastAnalysis()))).toEqual(JSON.parse(JSON.stringify(contrastAnalysis())));
    expect(analysisJson(reversed(contrastAnalysis()) as CaptureAnalysis)).toBe(analysisJson(contrastAnalysis()));
  });

  it('starts with the schema version and the answer, and ends with a line feed', () => {
    const text = analysisJson(goodAnalysis());
    expect(Object.keys(JSON.parse(text) as object).slice(0, 4)).toEqual(['schemaVersion', 'tool', 'labelsAs', 'answer']);
    expect(text.endsWith('}\n')).toBe(true);
  });
});

describe('analysis.schema.json', () => {
  const { schema, errorsOf } = schemaCheck('analysis/analysis.schema.json');

  it.each([
    ['a good capture', goodAnalysis()],
    ['a bad one', badAnalysis()],
    ['two held against each other', contrastAnalysis()],
    ['an empty one', emptyAnalysis()],
    ['TLS without keys', closedAnalysis()],
    ['one full of hostile text', hostileAnalysis()],
  ])('accepts %s', (_, analysis) => {
    expect(errorsOf(analysis)).toEqual([]);
    expect(errorsOf(JSON.parse(analysisJson(analysis)))).toEqual([]);
  });

  const opened = (node: SchemaNode): SchemaNode =>
    node.$ref === undefined ? node : (schema.$defs?.[node.$ref.replace('#/$defs/', '')] ?? node);
  const requiredAt = (path: string): readonly string[] => {
    const steps = path === '' ? [] : path.split('.');
    const node = steps.reduce((at, step) => (step === '[]' ? opened(at.items ?? {}) : opened(at.properties?.[step] ?? {})), opened(schema));
    return node.required ?? [];
  };

  it.each([
    ['', ['captures', 'tcp', 'streams', 'upgrades', 'websocket', 'answer', 'contrasts']],
    ['captures.[]', ['file', 'format', 'linkType', 'packets', 'truncated', 'dropped']],
    ['tcp', ['streams', 'flags']],
    [
      'tcp.flags',
      [
        'retransmission',
        'fast_retransmission',
        'spurious_retransmission',
        'out_of_order',
        'lost_segment',
        'duplicate_ack',
        'ack_lost_segment',
        'keep_alive',
        'keep_alive_ack',
        'zero_window',
        'zero_window_probe',
        'zero_window_probe_ack',
        'window_full',
        'window_update',
        'reused_ports',
      ],
    ],
    ['streams.[]', ['flags', 'a', 'b', 'packets', 'bytes', 'resets', 'firstRttMs']],
    ['upgrades.[]', ['stream', 'frame', 'method', 'target', 'host', 'status', 'outcome']],
    ['websocket', ['frames']],
  ])('requires what scripts rely on at "%s"', (path, names) => {
    expect(requiredAt(path)).toEqual(expect.arrayContaining(names));
  });

  it('refuses a key that it does not know, however deep', () => {
    const analysis = contrastAnalysis();
    const [first, ...rest] = analysis.streams;
    expect(errorsOf({ ...analysis, streams: [{ ...first, flags: { ...first?.flags, odd: 1 } }, ...rest] })).toEqual([
      '/streams/0/flags must NOT have additional properties',
    ]);
  });

  it('refuses an analysis of another version', () => {
    expect(errorsOf({ ...emptyAnalysis(), schemaVersion: '2.0.0' })).toEqual(['/schemaVersion must be equal to constant']);
    expect(JSON.stringify(schema)).toContain(`"schemaVersion":{"const":"${ANALYSIS_SCHEMA_VERSION}"}`);
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
