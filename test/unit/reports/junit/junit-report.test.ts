import { describe, expect, it } from 'vitest';
import { junitReport } from '../../../../reports/junit/junit-report.ts';
import { passingRecord, sampleRecord, withHostileText } from '../../../fixtures/record-sample.ts';
import { parseXml, type XmlElement } from './parse-xml.ts';

const suitesOf = (document: XmlElement): readonly XmlElement[] => document.children;
const casesOf = (suite: XmlElement | undefined): readonly XmlElement[] => (suite?.children ?? []).filter(({ name }) => name === 'testcase');
const document = parseXml(junitReport(sampleRecord()));
const caseOf = (path: string, name: string): XmlElement | undefined =>
  suitesOf(document)
    .flatMap(casesOf)
    .find(({ attributes }) => attributes['classname'] === path && attributes['name'] === name);

describe('junitReport', () => {
  it('has a suite for each path and a testcase for each cell', () => {
    expect(suitesOf(document).map(({ attributes }) => attributes['name'])).toEqual(sampleRecord().paths.map(({ path }) => path.id));
    expect(casesOf(suitesOf(document)[0]).map(({ attributes }) => attributes['name'])).toEqual([
      'opening-handshake',
      'idle',
      'load',
      'plain-http',
    ]);
  });

  it('counts what it holds, in the suites and in all', () => {
    expect(document.attributes).toMatchObject({ tests: '25', failures: '4', errors: '1', skipped: '1', time: '41.237' });
    for (const suite of suitesOf(document)) expect(Number(suite.attributes['tests'])).toBe(casesOf(suite).length);
  });

  it('says a failure in the message and in the content, with the place of the blamed line', () => {
    const failed = caseOf('checkout', 'idle');
    expect(failed?.attributes).toMatchObject({ file: 'configs/checkout/haproxy.cfg', line: '17' });
    const [failure] = failed?.children ?? [];
    expect(failure).toMatchObject({ name: 'failure', attributes: { type: 'idle-cutoff' } });
    expect(failure?.attributes['message']).toContain('cut an idle socket after 2,003 ms');
    for (const part of ['cut an idle socket', 'blame: haproxy-checkout (certain)', 'timeout tunnel 2s', 'reproduce: npx hopscope run'])
      expect(failure?.text).toContain(part);
  });

  it('makes an inconclusive cell a failure where the gate refuses it, and skips it where it is allowed', () => {
    expect(caseOf('node-proxy', 'idle')?.children[0]).toMatchObject({ name: 'failure', attributes: { type: 'inconclusive' } });
    expect(caseOf('nginx-bare', 'idle')?.children[0]).toMatchObject({ name: 'skipped' });
    expect(caseOf('nginx-bare', 'idle')?.children[0]?.text).not.toBe('');
  });

  it('passes a failure as declared, and says so', () => {
    const [note] = caseOf('nginx-bare', 'opening-handshake')?.children ?? [];
    expect(note?.name).toBe('system-out');
    expect(note?.text).toMatch(/^fails as declared: /);
  });

  it('has an error for a cell that the lab could not serve', () => {
    expect(caseOf('node-proxy', 'plain-http')?.children[0]).toMatchObject({ name: 'error', attributes: { type: 'lab' } });
  });

  it('fails a declared failure that did not come true', () => {
    expect(caseOf('haproxy-plain', 'declared failure added-latency')?.children[0]).toMatchObject({
      name: 'failure',
      attributes: { type: 'unmet-expectation' },
    });
  });

  it('names seed, lab and versions, and gives the time in UTC without milliseconds', () => {
    const [suite] = suitesOf(document);
    const properties = suite?.children[0]?.children.map(({ attributes }) => [attributes['name'], attributes['value']]);
    expect(Object.fromEntries(properties ?? [])).toMatchObject({
      seed: '7',
      lab: 'netns',
      'version.haproxy': '2.6.12',
      'instrument-check': expect.stringMatching(
        /^injector, kernels and captures agree on 10 of 11 legs.*; not on incident-0001-broken/,
      ) as unknown,
    });
    expect(suite?.attributes['timestamp']).toBe('2026-11-23T01:02:03');
  });

  it('turns slashes of a path id into dots and never repeats a name', () => {
    const base = passingRecord();
    const renamed = base.paths.map((it, index) => ({ ...it, path: { ...it.path, id: index === 0 ? 'a/b' : 'a.b' } }));
    const cells = renamed.map(({ path }) => ({ ...(base.cells[0] ?? sampleRecord().cells[0]!), path: path.id, scenario: 'idle' }));
    const names = suitesOf(parseXml(junitReport({ ...base, paths: renamed, cells })))
      .flatMap(casesOf)
      .map(({ attributes }) => `${attributes['classname'] ?? ''} ${attributes['name'] ?? ''}`);
    expect(names).toEqual(['a.b idle', 'a.b idle (2)']);
  });

  it('never reads as a pass when the run did not pass', () => {
    const broken = { ...passingRecord(), verdict: 'error', exitCode: 130, headline: 'Interrupted after 3 s.' } as const;
    const suite = suitesOf(parseXml(junitReport({ ...broken, run: { ...broken.run, interrupted: true } }))).at(-1);
    expect(casesOf(suite)[0]?.children[0]).toMatchObject({
      name: 'error',
      attributes: { type: 'interrupted', message: 'Interrupted after 3 s.' },
    });
  });

  it('stays well-formed with hostile text in every field', () => {
    expect(parseXml(junitReport(withHostileText(sampleRecord()))).attributes).toMatchObject({ tests: '25', failures: '4', errors: '1' });
  });

  it('has the loads of a path among the properties of its suite', () => {
    expect(junitReport(sampleRecord())).toContain('<property name="load.as-fast-as-it-goes" value="200 of 200 sessions upgraded');
    expect(junitReport(sampleRecord())).toContain('<property name="knee.messages" value="haproxy-plain kept p99 &lt; 50ms');
  });
});
