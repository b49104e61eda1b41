import { describe, expect, it } from 'vitest';
import { buildRecord } from '../../../harness/gate/build-record.ts';
import type { Judgement } from '../../../harness/gate/gate.ts';
import type { World } from '../../../harness/model/world.ts';
import { checkReport } from '../../../reports/check/check-report.ts';
import { junitReport } from '../../../reports/junit/junit-report.ts';
import { markdownReport } from '../../../reports/markdown/markdown-report.ts';
import { terminalReport } from '../../../reports/terminal/terminal-report.ts';
import { evidenceSet } from '../audits/evidence-builders.ts';
import { pathWith } from '../audits/path-builders.ts';
import { checkedRecord, entryAt, sampleSubject } from '../../fixtures/record-sample-subjects.ts';
import { passingRecord, withHostileText } from '../../fixtures/record-sample.ts';
import { schemaCheck } from './schema-check.ts';

const OPTIONS = { color: false, columns: 100 };

describe('a check on a terminal', () => {
  const text = checkReport(checkedRecord(), OPTIONS);

  it('tells each entry with its line, those that do not open first, then what was provided', () => {
    const parts = [
      '! nginx 1.22.1 refuses it',
      '✗ wss://chat.example.com:8443/live  does not open: answers 426',
      'line        edge.conf:131 proxy_pass',
      '✓ wss://chat.example.com/socket  opens',
      'idle limit  90 s by',
      'missing: could not be provided',
      'origin api:3000 (edge.conf:3), chat:3001 (edge.conf:4)',
    ];
    const at = parts.map((part) => text.indexOf(part));
    expect(at).not.toContain(-1);
    expect(at).toEqual(at.toSorted((a, b) => a - b));
  });

  it('tells what is the same at several entries once', () => {
    const same = checkReport(checkedRecord([sampleSubject({ entries: [entryAt('a'), entryAt('b')] })]), OPTIONS);
    expect(same).toContain('the rest    as at wss://chat.example.com/a');
    expect(same.match(/reload/g)).toHaveLength(1);
  });

  it('keeps to the width and lets no control sequence through', () => {
    const lines = checkReport(withHostileText(checkedRecord()), { color: false, columns: 60 }).split('\n');
    expect(lines.filter((line) => [...line].length > 60)).toEqual([]);
    expect(lines.join('')).not.toContain('\u001b');
  });

  it('is nothing for a run that checked no config', () => {
    expect(checkReport(passingRecord(), OPTIONS)).toBe('');
  });

  it('calls paths by their URLs in the table', () => {
    expect(terminalReport(checkedRecord(), OPTIONS)).toMatch(/wss:\/\/chat\.example\.com:8443\/live[\s\S]*\ncontrol/);
  });
});

describe('a check in Markdown', () => {
  it('is a table of entries and a list of what is not the real thing', () => {
    const text = markdownReport(checkedRecord());
    expect(text).toMatch(/### <code>etc\/nginx\/conf\.d\/edge\.conf<\/code>, nginx 1\.26\.3/);
    expect(text).toMatch(/\| ❌ does not open: answers 426, by edge\.conf:131 <code>proxy\\_pass/);
    expect(text).toMatch(
      /socket<\/code> \| ✅ opens \| 90 s \(edge\.conf:108\) \| 60 s \| 10 of 10 sockets live on \| GET \/ is answered 200 \|/,
    );
    expect(text).toMatch(/- \*\*missing:\*\* module .*\n- \*\*stubbed:\*\* map/);
    expect(text).toContain('Provided for it: 1 missing, 1 stubbed, 3 made, 1 file of your own.');
  });
});

describe('a check in JUnit', () => {
  it('has properties for each entry', () => {
    const suite = /<testsuite name="live"[\s\S]*?<\/testsuite>/.exec(junitReport(checkedRecord()))?.[0] ?? '';
    for (const pair of [
      ['entry', 'wss://chat.example.com:8443/live'],
      ['entry.result', 'does not open: answers 426'],
      ['entry.line', 'edge.conf:131'],
      ['provided.missing', '1'],
    ])
      expect(suite).toContain(`<property name="${pair[0]}" value="${pair[1]}"/>`);
  });
});

describe('a check in record.json', () => {
  const { errorsOf } = schemaCheck('json/record.schema.json');

  it('is what the schema says, and nothing else', () => {
    const record = checkedRecord([sampleSubject(), sampleSubject({ flags: ['--root', '.'], ran: null, entries: [] })]);
    expect(errorsOf(record)).toEqual([]);
    const [one] = record.subjects ?? [];
    expect(errorsOf({ ...record, subjects: [{ ...one, colour: 'red' }] })).toHaveLength(1);
    expect(errorsOf({ ...record, subjects: [{ ...one, provisions: [{ ...one?.provisions[0], text: 'x' }] }] })).toHaveLength(1);
  });

  it('may tell of an entry outside, and of one that owes no socket', () => {
    const record = checkedRecord();
    const [first, ...rest] = record.paths;
    const check = { echoes: true, holdMs: 0, lookup: { elapsedMs: 2, addresses: ['192.0.2.1'] } };
    const withPath = (more: object): object => ({ ...record, paths: [{ ...first, path: { ...first?.path, ...more } }, ...rest] });
    const url = 'wss://chat.example.com/';
    expect(errorsOf(withPath({ noSocketOwed: true, outside: { url, check } }))).toEqual([]);
    expect(errorsOf(withPath({ outside: { url, load: 'steady' } }))).toEqual([]);
    expect(errorsOf(withPath({ outside: { url } }))).not.toEqual([]);
    expect(errorsOf({ ...record, scenarios: [{ id: 'a', title: 'A', isForLabConfigs: true }] })).toEqual([]);
  });

  it('holds no file of the world that was made around the config', () => {
    const { schemaVersion, tool, run, lab, machine, scenarios } = passingRecord();
    const files = [{ kind: 'text', path: '/key.pem', text: 'PRIVATE KEY', mode: 0o600 }] as const;
    const world: World = {
      main: '/a',
      workingFolder: '/',
      env: {},
      files,
      users: [],
      addresses: [],
      ownPorts: [],
      names: {},
      unixOrigins: [],
      authTargets: [],
    };
    const path = pathWith(['nginx']);
    const paths = [{ ...path, proxies: path.proxies.map((proxy) => ({ ...proxy, world })) }];
    const policy = { allow: [], inconclusive: 'refuse' } as const;
    const judgement: Judgement = {
      ...{ verdict: 'pass', exitCode: 0, cells: [], findings: [], expectations: [], headline: '' },
      ...{ thresholds: [], warnings: { count: 0, max: null }, quarantines: [], baseline: null, tightened: null },
    };
    const record = buildRecord({ schemaVersion, tool, run, lab, machine, scenarios, policy, paths }, evidenceSet({}), {
      audits: [],
      judgement,
    });
    expect(JSON.stringify(record)).not.toContain('PRIVATE KEY');
    expect(record.paths[0]?.path.proxies[0]).not.toHaveProperty('world');
  });
});
