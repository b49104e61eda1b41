import { describe, expect, it } from 'vitest';
import type { Behaviour } from '../../../harness/compare/behaviour.ts';
import { gridOf } from '../../../harness/compare/grid.ts';
import type { Grid } from '../../../harness/model/grid.ts';
import type { JudgedFinding } from '../../../harness/model/record.ts';
import { htmlGrid } from '../../../reports/grid/html-grid.ts';
import { terminalGrid } from '../../../reports/grid/terminal-grid.ts';
import { control, pathWith } from '../audits/path-builders.ts';
import { finding } from '../gate/gate-builders.ts';

const path = pathWith(['haproxy']);
const paths = [control(path), path];

const behaviour = (on: string, label: string, caseId = 'plain'): Behaviour => ({
  path: on,
  scenario: 'opening-handshake',
  caseId,
  title: 'the smallest one',
  label,
});
const judged = (more: Partial<JudgedFinding> = {}): JudgedFinding => ({
  ...finding('fail', { path: path.id, cases: ['plain'] }),
  id: 'x',
  expected: false,
  reproduce: '',
  ...more,
});
const grid = (label: string, findings: readonly JudgedFinding[] = []): Grid =>
  gridOf({ paths, behaviours: [behaviour(path.control, '101'), behaviour(path.id, label)], findings });

describe('gridOf', () => {
  it.each<[string, string, readonly JudgedFinding[], string]>([
    ['as the control path', '101', [], 'same'],
    ['otherwise', '426', [], 'differs'],
    ['a failure', '403', [judged()], 'fault'],
    ['a declared failure', '403', [judged({ expected: true })], 'declared'],
    ['a quirk', '403', [judged({ expected: true, quirk: 'so' })], 'quirk'],
    ['a failure about another case', '403', [judged({ cases: ['post'] })], 'differs'],
  ])('marks %s', (_, label, findings, mark) => {
    expect(grid(label, findings)).toMatchObject({ paths: [path.id], rows: [{ control: '101', cells: [{ mark, label }] }] });
  });

  it('shows a case that a subject was not given as not run', () => {
    const partial = gridOf({ paths, behaviours: [behaviour(path.control, '101')], findings: [] });
    expect(partial.rows).toMatchObject([{ cells: [{ mark: 'none', label: '' }] }]);
  });
});

describe('terminalGrid', () => {
  it('names who does what instead, and counts the rest', () => {
    expect(terminalGrid(grid('403', [judged()]), { all: false })).toEqual([
      'opening-handshake: 1 cases',
      '  plain: 101 (0 of 1 paths)',
      `    ✗ 403: ${path.id}`,
      '',
      '✗ fails',
    ]);
  });

  it('leaves out what all do alike, unless it is wanted', () => {
    expect(terminalGrid(grid('101'), { all: false })).toEqual(['opening-handshake: 1 cases, 1 alike on every path', '', '']);
    expect(terminalGrid(grid('101'), { all: true })).toContain('  plain: 101 (1 of 1 paths)');
  });
});

describe('htmlGrid', () => {
  it('holds every case and escapes what came from outside', () => {
    const page = htmlGrid(grid('<script>alert(1)</script>'), 'run-1');
    expect(page).toContain('&lt;script&gt;alert(1)');
    expect(page).not.toContain('<script>alert(1)');
    expect(page).toContain('the smallest one');
  });
});
