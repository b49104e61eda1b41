import { describe, expect, it } from 'vitest';
import { defineAudit } from '../../../harness/audits/audit.ts';
import { addedLatency } from '../../../harness/audits/added-latency.ts';
import { audits } from '../../../harness/audits/index.ts';
import { auditRun } from '../../../harness/audits/run-audits.ts';
import { scenarioFindings } from '../../../harness/audits/scenario-findings.ts';
import type { Finding } from '../../../harness/model/finding.ts';
import { absence, evidenceSet, idle, load, onControl } from './evidence-builders.ts';
import { handshake } from './handshake-builders.ts';
import { control, hostOf, pathWith, proxyLog } from './path-builders.ts';

const path = pathWith(['haproxy']);
const paths = [control(path), path];
const both = evidenceSet({ handshakes: [handshake(), onControl(handshake())] });

/** Fails on the paths named. */
const failsOn = (...ids: readonly string[]) =>
  defineAudit({
    id: 'stub',
    title: 'Stub',
    failureTitle: 'Stub failed',
    cite: '',
    requires: ['handshakes'],
    judges: ['handshakes'],
    evaluate: ({ path: judged, subject }): readonly Finding[] =>
      [...new Set(subject.handshakes.map(({ scenario }) => scenario))].map((scenario) => {
        const findings = scenarioFindings('stub', judged, scenario);
        return ids.includes(judged.id) ? findings.fail('it broke') : findings.pass('fine');
      }),
  });

const outcomes = (findings: readonly Finding[]): readonly string[] => findings.map(({ path: id, outcome }) => `${id} ${outcome}`);

describe('auditRun', () => {
  it('judges control paths too', () => {
    expect(outcomes(auditRun(paths, both, [failsOn('subject')]).findings)).toEqual(['direct pass', 'subject fail']);
  });

  it('makes a failure inconclusive when the control path fails the same audit in the same scenario', () => {
    const { findings } = auditRun(paths, both, [failsOn('subject', 'direct')]);
    expect(outcomes(findings)).toEqual(['direct fail', 'subject inconclusive']);
    expect(findings[1]?.summary).toBe(
      'the control path direct failed this too, so nothing on this path can be accused; on this path: it broke',
    );
  });

  it('keeps a failure in cases that did not fail on the control path', () => {
    const failing = (here: readonly string[], there: readonly string[]) =>
      defineAudit({
        ...failsOn(),
        evaluate: ({ path: judged }): readonly Finding[] => [
          scenarioFindings('stub', judged, 'opening-handshake').fail('it broke', { cases: judged.id === 'subject' ? here : there }),
        ],
      });
    const subject = (here: readonly string[], there: readonly string[]) =>
      auditRun(paths, both, [failing(here, there)]).findings.find(({ path: id }) => id === 'subject')?.outcome;
    expect(subject(['a', 'b', 'c'], ['c'])).toBe('fail');
    expect(subject(['a', 'c'], ['c'])).toBe('inconclusive');
    expect(subject([], ['c'])).toBe('inconclusive');
  });

  it('makes a failure inconclusive when the control path was not measured', () => {
    const alone = evidenceSet({ handshakes: [handshake(), onControl(handshake({ scenario: 'another' }))] });
    expect(auditRun(paths, alone, [failsOn('subject')]).findings.find(({ path: id }) => id === 'subject')).toMatchObject({
      outcome: 'inconclusive',
      summary: expect.stringContaining('was not measured'),
    });
  });

  it('is inconclusive about a path whose control path is not in the run', () => {
    expect(auditRun([path], both, [failsOn()]).findings).toEqual([
      expect.objectContaining({ outcome: 'inconclusive', summary: expect.stringContaining('not in this run') }),
    ]);
  });

  it('turns an audit that throws into an inconclusive finding and goes on', () => {
    const broken = {
      ...failsOn(),
      id: 'broken',
      evaluate: (): never => {
        throw new TypeError('no such thing');
      },
    };
    const { findings } = auditRun(paths, both, [broken, failsOn('subject')]);
    expect(findings.filter(({ auditId }) => auditId === 'broken').map(({ outcome, summary }) => [outcome, summary])).toEqual([
      ['inconclusive', 'the audit broken itself failed and judged nothing: no such thing'],
      ['inconclusive', 'the audit broken itself failed and judged nothing: no such thing'],
    ]);
    expect(findings.filter(({ auditId }) => auditId === 'stub')).toHaveLength(2);
  });

  it('gives an audit only what it declared, and only of its path', () => {
    const given: unknown[] = [];
    const nosy = defineAudit({
      ...failsOn(),
      requires: ['handshakes', 'hosts', 'proxyLogs'],
      judges: ['handshakes'],
      evaluate: (input) => {
        given.push(input);
        return [];
      },
    });
    const evidence = evidenceSet({
      handshakes: [handshake(), onControl(handshake())],
      idles: [idle()],
      hosts: [hostOf('haproxy'), hostOf('other', [], { paths: ['else'] })],
      proxyLogs: [proxyLog('haproxy'), { ...proxyLog('other'), path: 'else' }],
    });
    auditRun(paths, evidence, [nosy]);
    expect(given[1]).toMatchObject({ path: { id: 'subject' }, control: { id: 'direct' } });
    const { subject, controlEvidence } = given[1] as {
      subject: Record<string, { path?: string; host?: string }[]>;
      controlEvidence: Record<string, { path: string }[]>;
    };
    expect(Object.keys(subject)).toEqual(['handshakes', 'hosts', 'proxyLogs']);
    expect([subject['handshakes']?.length, subject['hosts']?.map(({ host }) => host), subject['proxyLogs']?.length]).toEqual([
      1,
      ['haproxy'],
      1,
    ]);
    expect(controlEvidence['handshakes']?.map((one) => one.path)).toEqual(['direct']);
  });

  it('refuses at compile time to read what was not declared', () => {
    const greedy = defineAudit({
      ...failsOn(),
      requires: ['handshakes'],
      judges: ['handshakes'],
      evaluate: ({ subject }) => {
        // @ts-expect-error idles were not declared
        expect(subject.idles).toBeUndefined();
        return [];
      },
    });
    expect(auditRun(paths, both, [greedy]).findings).toEqual([]);
  });
});

describe('auditRun of absent evidence', () => {
  const idOf = (findings: readonly Finding[]): readonly string[] =>
    findings.filter(({ path: id, outcome }) => id === 'subject' && outcome === 'inconclusive').map(({ auditId }) => auditId);

  it('is inconclusive with the reason, for the audits that judge what other paths recorded', () => {
    const { findings } = auditRun(paths, evidenceSet({ idles: [onControl(idle())], absences: [absence('idle-hold')] }));
    expect(idOf(findings)).toEqual(['refused-upgrade', 'idle-cutoff']);
    expect(findings.find(({ auditId, outcome }) => auditId === 'idle-cutoff' && outcome === 'inconclusive')).toMatchObject({
      summary: 'idle sockets stayed open: not measured, the driver ended (DRIVE_ERR_PROTOCOL)',
      evidence: [{ file: 'evidence/absences.ndjson', line: 1 }],
    });
  });

  it('goes by the kind of evidence where the absence names one', () => {
    expect(idOf(auditRun(paths, evidenceSet({ absences: [absence('x', { what: 'http' })] })).findings)).toEqual(['failed-plain-http']);
  });

  it('concerns every audit but those that stand alone when nobody knows what the scenario records', () => {
    expect(idOf(auditRun(paths, evidenceSet({ absences: [absence('x')] })).findings)).toEqual(
      audits.filter(({ standsAlone }) => standsAlone !== true).map(({ id }) => id),
    );
  });

  it('leaves a scenario alone of which there is evidence', () => {
    const partly = evidenceSet({ loads: [load(), load(), onControl(load()), onControl(load())], absences: [absence('steady-echo')] });
    expect(auditRun(paths, partly, [addedLatency]).findings.map(({ outcome }) => outcome)).toEqual(['pass', 'pass']);
  });
});

describe('audits', () => {
  it('have ids that are unique and judge only what they require', () => {
    expect(new Set(audits.map(({ id }) => id)).size).toBe(audits.length);
    for (const audit of audits) expect(audit.requires).toEqual(expect.arrayContaining([...audit.judges]));
  });
});
