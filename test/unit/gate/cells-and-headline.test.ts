import { EXIT } from '../../../harness/errors.ts';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../harness/model/finding.ts';
import { judge } from '../../../harness/gate/gate.ts';
import { absence } from '../audits/evidence-builders.ts';
import { control, pathWith } from '../audits/path-builders.ts';
import { STRICT, scenarios, blame, finding, expectation, pathExpecting, gate, fails, idleCut } from './gate-builders.ts';

describe('cells', () => {
  it.each([
    ['DRIVE_ERR_PROTOCOL', 'error', EXIT.labBroke],
    ['LAB_ERR_HOST_DIED', 'error', EXIT.labBroke],
    ['RUN_ERR_INTERRUPTED', 'inconclusive', EXIT.inconclusive],
  ])('give the reason where a stimulus is absent for %s: %s', (code, verdict, exitCode) => {
    const absences = [absence('opening-handshake', { code })];
    const judgement = gate(pathExpecting(), [finding('pass')], { absences });
    expect(judgement.cells[1]).toMatchObject({ observed: verdict, verdict, sentence: 'not measured: the driver ended' });
    expect(judgement.exitCode).toBe(exitCode);
  });

  it('passes a cell whose only absence is one that nobody relies on', () => {
    const optional = { ...absence('opening-handshake', { because: 'no load is compared with it' }), optional: true } as const;
    expect(gate(pathExpecting(), [], { absences: [optional] }).cells[1]).toMatchObject({
      verdict: 'pass',
      sentence: 'not measured: no load is compared with it',
    });
  });

  it('are inconclusive where the control path was judged and the subject was not', () => {
    expect(gate(pathExpecting(), []).cells[1]).toMatchObject({
      verdict: 'inconclusive',
      sentence: 'not measured: nothing was recorded, and no reason either',
    });
  });

  it('are inconclusive in a scenario that the control path alone was judged in', () => {
    const idleOnControl = finding('pass', { path: 'direct', scenario: 'idle-hold' });
    expect(gate(pathExpecting(), [finding('pass'), idleOnControl], { scenarios }).cells).toContainEqual(
      expect.objectContaining({ path: 'subject', scenario: 'idle-hold', verdict: 'inconclusive' }),
    );
  });

  it('are left out where a scenario is for configs of this lab only, and the path has a config of a user', () => {
    const foreign = { ...pathExpecting(), foreign: true } as const;
    const asked = [
      { ...scenarios[0], id: 'http-beside', title: 'HTTP beside', isForLabConfigs: true } as const,
      { id: 'opening-handshake', title: 'Opening handshake' },
    ];
    const cells = (findings: readonly Finding[]): readonly string[] =>
      gate(foreign, findings, { paths: [foreign], scenarios: asked }).cells.map(({ scenario }) => scenario);
    expect(cells([finding('pass'), finding('pass', { path: 'direct', scenario: 'http-beside' })])).toEqual(['opening-handshake']);
    expect(cells([])).toEqual(['opening-handshake']);
  });

  it('are left out where a scenario was meant for neither', () => {
    expect(gate(pathExpecting(), [finding('pass')], { scenarios }).cells.map(({ path, scenario }) => [path, scenario])).toEqual([
      ['direct', 'opening-handshake'],
      ['subject', 'opening-handshake'],
    ]);
  });

  it('are as bad as the worst finding', () => {
    expect(
      gate(pathExpecting(), [finding('pass'), finding('inconclusive', { auditId: 'b' }), finding('fail', { auditId: 'c' })]).cells[1]
        ?.verdict,
    ).toBe('fail');
  });

  it('without any, nothing was proven', () => {
    expect(judge({ paths: [], findings: [], scenarios, policy: STRICT, absences: [] })).toMatchObject({
      verdict: 'inconclusive',
      exitCode: 4,
    });
  });
});

describe('judged findings', () => {
  it('have stable ids and a command that runs just this again', () => {
    const { findings } = gate(pathExpecting(), [fails, fails], { invocation: { lab: 'netns', spec: "it's.yaml" } });
    expect(findings.map(({ id }) => id)).toEqual([
      'refused-upgrade/direct/opening-handshake',
      'refused-upgrade/subject/opening-handshake',
      'refused-upgrade/subject/opening-handshake#2',
    ]);
    expect(findings[1]?.reproduce).toBe(`npx hopscope run --lab netns --path subject --scenario opening-handshake 'it'\\''s.yaml'`);
    expect(gate(pathExpecting(), [fails]).findings[1]?.reproduce).toBe('npx hopscope run --path subject --scenario opening-handshake');
  });
});

describe('headline', () => {
  const incident = pathWith(['haproxy'], { incident: '0001', expect: [expectation()] });
  const reproduced = finding('fail', { summary: 'HAProxy answered 403', blame: blame('haproxy', ['firewall: not the cause']) });

  it('tells a reproduced incident with who is innocent', () => {
    expect(gate(incident, [reproduced])).toMatchObject({ verdict: 'pass', headline: 'HAProxy answered 403; firewall: not the cause' });
  });

  it('does not let the incident hide another failure', () => {
    expect(gate(incident, [reproduced, idleCut, finding('fail', { auditId: 'c' })]).headline).toBe(
      'HAProxy answered 403; firewall: not the cause. subject: it was fail (and 1 more)',
    );
  });

  it('prefers a failure that names somebody', () => {
    expect(gate(incident, [finding('fail', { auditId: 'z', summary: 'unnamed', blame: null }), reproduced]).headline).toMatch(
      /^HAProxy answered 403/,
    );
  });

  it('tells an unexpected incident once', () => {
    expect(gate({ ...incident, expect: [] }, [reproduced]).headline).toBe('HAProxy answered 403; firewall: not the cause');
  });
});

describe('the headline of a run that broke', () => {
  it('says so instead of calling all as declared', () => {
    const absences = [absence('opening-handshake', { code: 'LAB_ERR_VERSION_MISSING', because: 'there is no nginx 1.26' })];
    expect(gate(pathExpecting(), [], { absences }).headline).toBe(
      '1 of 2 could not be run, the first on subject: not measured: there is no nginx 1.26',
    );
  });
});

describe('the headline of a run of control paths alone', () => {
  it('counts them', () => {
    const path = control(pathExpecting());
    expect(judge({ paths: [path], findings: [finding('pass', { path: path.id })], scenarios, policy: STRICT, absences: [] }).headline).toBe(
      '1 control path, all as declared',
    );
  });
});
