import { describe, expect, it } from 'vitest';
import { sarifReport } from '../../../../reports/sarif/sarif-report.ts';
import { passingRecord, sampleRecord, withHostileText } from '../../../fixtures/record-sample.ts';
import { remediedRecord } from '../../../fixtures/record-sample-remedies.ts';

interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly {
    readonly physicalLocation?: {
      readonly artifactLocation: { readonly uri: string };
      readonly region?: Readonly<Record<string, unknown>>;
    };
  }[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly codeFlows?: readonly {
    readonly threadFlows: readonly {
      readonly locations: readonly { readonly location: { readonly message: { readonly text: string } } }[];
    }[];
  }[];
}

interface Run {
  readonly tool: {
    readonly driver: { readonly rules: readonly { readonly id: string; readonly help: Readonly<Record<'text' | 'markdown', string>> }[] };
  };
  readonly automationDetails: { readonly id: string };
  readonly invocations: readonly {
    readonly executionSuccessful: boolean;
    readonly exitCode: number;
    readonly toolExecutionNotifications: readonly { readonly message: { readonly text: string } }[];
  }[];
  readonly results: readonly Result[];
}

const runOf = (text: string): Run => (JSON.parse(text) as { readonly runs: readonly [Run] }).runs[0];
const run = runOf(sarifReport(sampleRecord()));

describe('sarifReport', () => {
  it('points at the blamed line, relative to the root of the repository', () => {
    const cut = run.results.find(({ ruleId }) => ruleId === 'idle-cutoff');
    expect(cut?.level).toBe('error');
    expect(cut?.locations[0]?.physicalLocation).toMatchObject({
      artifactLocation: { uri: 'configs/checkout/haproxy.cfg', uriBaseId: '%SRCROOT%' },
      region: { startLine: 17, startColumn: 3, snippet: { text: 'timeout tunnel 2s' } },
    });
  });

  it('tells the causal chain: what was seen on a leg, the host, and the line', () => {
    const [flow] = run.results.find(({ ruleId }) => ruleId === 'idle-cutoff')?.codeFlows ?? [];
    expect(flow?.threadFlows[0]?.locations.map(({ location }) => location.message.text)).toEqual([
      expect.stringMatching(/^leg haproxy-checkout-nginx-checkout, towards the origin: haproxy-checkout sent FIN/),
      expect.stringMatching(/^haproxy-checkout \(certain\): haproxy-checkout cut an idle socket/),
      'timeout tunnel 2s: a tunnel without traffic is cut after 2 s (production: 1 h)',
    ]);
  });

  it('has a file for each result, and leaves what has none to the notifications', () => {
    for (const { locations } of run.results) expect(locations[0]?.physicalLocation?.artifactLocation.uri).toBeTruthy();
    const elsewhere = runOf(sarifReport({ ...sampleRecord(), run: { ...sampleRecord().run, specLabel: 'built-in default' } }));
    expect(elsewhere.results.map(({ ruleId }) => ruleId)).toEqual(['idle-cutoff']);
    expect(elsewhere.invocations[0]?.toolExecutionNotifications).toHaveLength(run.results.length - 1);
  });

  it('accuses no file of the repository where nobody is blamed', () => {
    const open = run.results.find(({ ruleId }) => ruleId === 'transparency');
    expect(open?.locations[0]?.physicalLocation).toEqual({ artifactLocation: { uri: 'hopscope.yaml', uriBaseId: '%SRCROOT%' } });
  });

  it('calls what fails an error, what the gate refuses a warning, and leaves out what is declared', () => {
    expect(run.results.map(({ ruleId, level }) => `${level} ${ruleId}`)).toEqual([
      'error idle-cutoff',
      'error transparency',
      'error unmet-expectation',
      'error lab-error',
      'warning idle-cutoff',
    ]);
  });

  it('has a rule for each audit, and each result names its rule', () => {
    const ids = run.tool.driver.rules.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(sampleRecord().audits.map(({ id }) => id)));
    for (const { ruleId, ruleIndex } of run.results) expect(ids[ruleIndex]).toBe(ruleId);
  });

  it('shows cite and remedy in the help of the rule', () => {
    const { rules } = runOf(sarifReport(remediedRecord())).tool.driver;
    const help = rules.find(({ id }) => id === 'idle-cutoff')?.help;
    expect(help?.text).toContain('RFC 6455 section 5.5.2');
    expect(help?.markdown).toContain('```diff');
  });

  it('has fingerprints that are unique, and that neither line numbers nor measured values move', () => {
    const record = sampleRecord();
    const moved = {
      ...record,
      findings: record.findings.map((finding) =>
        finding.blame?.config
          ? { ...finding, summary: `${finding.summary} now`, blame: { ...finding.blame, config: { ...finding.blame.config, line: 99 } } }
          : finding,
      ),
    };
    const prints = (results: readonly Result[]): readonly unknown[] =>
      results.map(({ partialFingerprints }) => partialFingerprints['primaryLocationLineHash']);
    expect(new Set(prints(run.results)).size).toBe(run.results.length);
    expect(prints(runOf(sarifReport(moved)).results)).toEqual(prints(run.results));
  });

  it('keeps uploads of different specs apart', () => {
    expect(run.automationDetails.id).toBe('hopscope/hopscope.yaml/20261123-010203-7');
    expect(run.invocations[0]).toMatchObject({ executionSuccessful: false, exitCode: 3 });
  });

  it('stays within what code scanning keeps, whatever the record holds', () => {
    const record = sampleRecord();
    const [failure] = record.findings.filter(({ outcome, expected }) => outcome === 'fail' && !expected);
    const many = runOf(sarifReport({ ...record, findings: Array.from({ length: 5100 }, () => failure!), cells: [], expectations: [] }));
    expect(many.results).toHaveLength(5000);
    expect(many.invocations[0]?.toolExecutionNotifications[0]?.message.text).toMatch(/^100 more results left out/);
    for (const { message } of runOf(sarifReport(withHostileText(record))).results) {
      expect(message.text.length).toBeLessThan(4000);
      expect(message.text).not.toMatch(/\]\(|[^\P{Cc}\n\t]/u);
    }
  });

  it('has no results when everything passes', () => {
    expect(runOf(sarifReport(passingRecord())).results).toEqual([]);
  });
});
