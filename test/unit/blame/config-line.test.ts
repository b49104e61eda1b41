import { describe, expect, it } from 'vitest';
import { chooseConfigLine, formatConfigLine } from '../../../harness/blame/config-line.ts';
import type { ConfigLine, ConfigScope, ConfigSymptom } from '../../../harness/model/service.ts';
import { configLine } from '../audits/path-builders.ts';

const at = (line: number, scope?: ConfigScope, symptom: ConfigSymptom = 'answers-itself'): ConfigLine =>
  configLine(symptom, { line, ...(scope === undefined ? {} : { scope }) });
const seen = { target: '/live/socket', server: 'be_static/static1', status: 404 };
const choose = (...lines: readonly ConfigLine[]): number | undefined =>
  chooseConfigLine(lines, ['answers-itself', 'drops-upgrade'], seen)?.line;

describe('chooseConfigLine', () => {
  it.each<[string, readonly ConfigLine[], number | undefined]>([
    ['the only one', [at(1)], 1],
    ['none of another symptom', [at(1, undefined, 'cuts-idle')], undefined],
    ['the first symptom that has a line', [at(1, undefined, 'drops-upgrade'), at(2)], 2],
    ['a later symptom when the first has none', [at(1, undefined, 'drops-upgrade')], 1],
    ['the backend of the log', [at(1, { logName: 'be_other' }), at(2, { logName: 'be_static' })], 2],
    ['the backend and server of the log', [at(1, { logName: 'be_static/static2' }), at(2, { logName: 'be_static/static1' })], 2],
    ['the status', [at(1, { status: 403 }), at(2, { status: 404 })], 2],
    ['the longest prefix', [at(1, { pathPrefix: '/' }), at(2, { pathPrefix: '/live' }), at(3, { pathPrefix: '/api' })], 2],
    ['a scope before none', [at(1), at(2, { status: 404 })], 2],
    ['a status before a prefix', [at(1, { pathPrefix: '/live/socket' }), at(2, { status: 404 })], 2],
    ['nothing of two that are equally good', [at(1, { status: 404 }), at(2, { status: 404 })], undefined],
    ['a line that is given twice', [at(1), at(1)], 1],
  ])('takes %s', (_, lines, expected) => {
    expect(choose(...lines)).toBe(expected);
  });

  it('matches no scope with what is not known', () => {
    const unknown = { target: null, server: null, status: null };
    for (const scope of [{ logName: 'be' }, { status: 404 }, { pathPrefix: '/' }])
      expect(chooseConfigLine([at(1, scope)], ['answers-itself'], unknown)).toBeNull();
  });
});

describe('formatConfigLine', () => {
  it('gives file, line and text', () => {
    expect(formatConfigLine(configLine('answers-itself', { text: `deny ${'x'.repeat(200)}` }))).toMatch(/^haproxy\.cfg:31 `deny x+…`$/);
  });
});
