import { describe, expect, it } from 'vitest';
import { markdownReport } from '../../../../reports/markdown/markdown-report.ts';
import { calmRecord, passingRecord, sampleRecord, withHostileText } from '../../../fixtures/record-sample.ts';

const text = markdownReport(sampleRecord());
const lines = text.split('\n');

describe('markdownReport', () => {
  it('starts with the answer and the verdict', () => {
    expect(lines[0]).toMatch(/^## \S+ Hopscope: haproxy-checkout cut an idle socket after 2,003 ms/);
    expect(lines[2]).toContain('**Verdict: error** (exit code 3)');
  });

  it('opens with the incident and its proof when all is as declared', () => {
    const calm = markdownReport(calmRecord());
    expect(calm).toMatch(/^## \S+ Hopscope: edge answered 403 to GET \/socket by itself; the origin never saw the request\n/);
    expect(calm).toContain('- **Incident 0001** reproduced, as declared: <code>incident-0001-broken</code>, opening-handshake');
    expect(calm).toContain('- **Log:** HAProxy: PR--, the proxy itself refused the request');
  });

  it('says above the table whether the instruments agree', () => {
    const check = lines.findIndex((line) => line.startsWith('**Instrument check:** injector, kernels and captures agree on 10 of 11 legs'));
    expect(check).toBeGreaterThan(0);
    expect(check).toBeLessThan(lines.findIndex((line) => line.startsWith('| path')));
    expect(lines[check + 2]).toMatch(/^- incident-0001-broken, leg edge-origin, steady-echo: the captures lost 12 packets/);
  });

  it('has a table of paths and scenarios in words and symbols', () => {
    expect(lines).toContain('| path | opening-handshake | idle | load | plain-http |');
    expect(lines).toContain('| <code>checkout</code> | ✓ passes | ✗ **fails** | ✓ passes | ✗ **fails** |');
    expect(lines).toContain('| <code>nginx-bare</code> | ≡ fails as declared | ~ inconclusive, allowed | not run | ✓ passes |');
  });

  it('gives each unexpected failure its blame, its line and a command', () => {
    expect(text).toContain('- **Blame:** haproxy-checkout (certain), leg haproxy-checkout-nginx-checkout, towards the origin');
    expect(text).toContain('<code>configs/checkout/haproxy.cfg:17:3</code> <code>timeout tunnel 2s</code>');
    expect(text).toContain('```sh\nnpx hopscope run --path checkout --scenario idle --seed 7\n```');
  });

  it('folds failures as declared and says what was not measured', () => {
    expect(text).toContain('<details><summary>Failures as declared (2)</summary>');
    expect(text).toContain('- packets at 2 hosts in load: the folder of the run is full');
  });

  it('has nothing to say of failures when all passed', () => {
    expect(markdownReport(passingRecord())).not.toMatch(/^###/m);
  });

  it('lets hostile text make no element, no cell, no code and no mention', () => {
    const hostile = markdownReport(withHostileText(sampleRecord()));
    expect(hostile.replace(/```[\s\S]*?\n```/g, '')).not.toMatch(/<script|@team/);
    const rows = hostile.split('\n').filter((line) => line.startsWith('| <code>'));
    expect(rows.map((row) => row.replaceAll('\\|', '').split('|').length)).toEqual(rows.map(() => 7));
  });

  it('stays below 1 MiB and says what it left out', () => {
    const record = sampleRecord();
    const [failure] = record.findings.filter(({ expected, outcome }) => outcome === 'fail' && !expected);
    const many = Array.from({ length: 3000 }, (_, index) => ({ ...failure!, id: String(index), summary: 'x'.repeat(1500) }));
    const long = markdownReport({ ...record, findings: many });
    expect(Buffer.byteLength(long)).toBeLessThan(1024 * 1024);
    expect(long).toMatch(/> [\d,]+ more sections left out: .*report\.html has everything\.\n$/);
  });

  it('tells each load with its latency as a difference, and each search', () => {
    const report = markdownReport(sampleRecord());
    expect(report).toMatch(
      /### Loads\n\n- \*\*checkout-peak on haproxy-plain \(open loop\):\*\* .*p50 \+0\.22 ms \(\+0\.19 to \+0\.26 ms\)/,
    );
    expect(report).toContain('- **Knee:** haproxy-plain kept p99 &lt; 50ms');
  });
});
