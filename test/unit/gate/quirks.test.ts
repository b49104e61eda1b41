import { describe, expect, it } from 'vitest';
import { judgeExpectations } from '../../../harness/gate/expectations.ts';
import { isInRange, withQuirks } from '../../../harness/gate/quirks.ts';
import type { HostEvidence } from '../../../harness/model/evidence.ts';
import type { Quirk } from '../../../harness/model/quirk.ts';
import { control, pathWith } from '../audits/path-builders.ts';
import { blame, expectation, finding, gate } from './gate-builders.ts';

const path = pathWith(['haproxy']);
const host = (version: string | null): HostEvidence => ({
  host: 'haproxy',
  paths: [path.id],
  role: 'proxy',
  service: path.proxies[0]?.service ?? '',
  version,
  addresses: [],
  config: null,
  configLines: [],
  log: null,
  congestionControl: null,
});
const quirk = (more: Partial<Quirk> = {}): Quirk => ({
  audit: 'altered-stream',
  scenario: 'tunnel',
  cases: ['half-close'],
  because: 'it is so',
  source: 'measured',
  ...more,
});
const quirksOf = (...quirks: readonly Quirk[]): ReadonlyMap<string, readonly Quirk[]> =>
  new Map([[path.proxies[0]?.service ?? '', quirks]]);

describe('withQuirks', () => {
  it('adds what the program is known for as an expectation that need not show', () => {
    const [known] = withQuirks([path], [host('2.6.12')], quirksOf(quirk()));
    expect(known?.expect).toEqual([
      {
        audit: 'altered-stream',
        scenario: 'tunnel',
        host: 'haproxy',
        measures: {},
        because: 'it is so',
        quirk: true,
        cases: ['half-close'],
      },
    ]);
  });

  it('joins the cases of quirks of one audit and scenario, because a finding names all of its cases at once', () => {
    const [known] = withQuirks([path], [host('2.6.12')], quirksOf(quirk(), quirk({ cases: ['ping'], because: 'and so' })));
    expect(known?.expect).toMatchObject([{ cases: ['half-close', 'ping'], because: 'it is so; and so' }]);
  });

  it('leaves out quirks of other versions, and all that name versions where the version is unknown', () => {
    const ranged = quirksOf(quirk({ versions: '<2.4' }));
    expect(withQuirks([path], [host('2.6.12')], ranged)[0]?.expect).toEqual([]);
    expect(withQuirks([path], [host('2.2.9')], ranged)[0]?.expect).toHaveLength(1);
    expect(withQuirks([path], [host(null)], ranged)[0]?.expect).toEqual([]);
  });

  it('excuses a finding that names nobody only in just the cases that one program of the path is known for', () => {
    const [known] = withQuirks([path], [host('2.6.12')], quirksOf(quirk()));
    const open = (cases: readonly string[]) =>
      finding('fail', { auditId: 'altered-stream', scenario: 'tunnel', cases, blame: blame('unknown') });
    const judged = (cases: readonly string[]) =>
      judgeExpectations(known ?? path, [open(cases)], ['tunnel']).some(({ fulfilledBy }) => fulfilledBy.length > 0);
    expect([judged(['half-close']), judged(['half-close', 'ping'])]).toEqual([true, false]);
  });

  it('excuses control paths nothing', () => {
    expect(withQuirks([control(path)], [host('2.6.12')], quirksOf(quirk()))[0]?.expect).toEqual([]);
  });
});

describe('isInRange', () => {
  it.each([
    ['2.6.12', '<3.0', true],
    ['3.0.1', '<3.0', false],
    ['3.0.1', '=3.0', true],
    ['2.6.12', '>=2.2 <2.8', true],
    ['2.10.0', '>=2.9', true],
    ['2.6', '<=2.6.1', true],
    ['http-proxy 1.18.1', 'http-proxy', true],
    ['http-proxy 1.18.1', 'http-proxy >=2', false],
    ['httpxy 0.5.6', 'http-proxy', false],
  ])('%s in %s: %s', (version, range, is) => {
    expect(isInRange(version, range)).toBe(is);
  });
});

describe('a quirk in the gate', () => {
  const known = pathWith(['haproxy'], { expect: [expectation({ scenario: 'opening-handshake', cases: ['post'], quirk: true })] });

  it('excuses a failure about its cases, and says why', () => {
    const judged = gate(known, [finding('fail', { cases: ['post'] })]);
    expect(judged).toMatchObject({ verdict: 'pass', expectations: [] });
    expect(judged.findings.find(({ path: id }) => id === known.id)).toMatchObject({ expected: true, quirk: 'the config denies it' });
  });

  it('leaves the cell a pass, told by what was judged beside it', () => {
    const judged = gate(known, [finding('fail', { cases: ['post'] }), finding('pass', { auditId: 'idle-cutoff', summary: 'all is well' })]);
    expect(judged.cells.find(({ path: id }) => id === known.id)).toMatchObject({
      observed: 'pass',
      verdict: 'pass',
      sentence: 'all is well',
    });
  });

  it('is not missed when it does not show', () => {
    expect(gate(known, [finding('pass')]).verdict).toBe('pass');
  });

  it.each([
    ['another case', finding('fail', { cases: ['post', 'plain'] })],
    ['no case', finding('fail')],
    ['another host', finding('fail', { cases: ['post'], blame: blame('nginx') })],
  ])('excuses no failure about %s', (_, failing) => {
    expect(gate(known, [failing]).verdict).toBe('fail');
  });

  it('excuses no consequences', () => {
    const both = [finding('fail', { cases: ['post'] }), finding('fail', { auditId: 'altered-handshake-header' })];
    expect(gate(known, both).verdict).toBe('fail');
  });
});
