import { describe, expect, it } from 'vitest';
import { withoutNamesAroundCrash } from '../../../harness/audits/around-crash.ts';
import { crashedProxy } from '../../../harness/audits/crashed-proxy.ts';
import type { CrashEvidence } from '../../../harness/model/crash-evidence.ts';
import type { Finding } from '../../../harness/model/finding.ts';
import { blame, finding } from '../gate/gate-builders.ts';
import { evidenceSet, findingsOf } from './evidence-builders.ts';
import { play } from './play-builders.ts';
import { hostOf, pathWith, T0 } from './path-builders.ts';

const PATH = pathWith(['haproxy']);
const SCENARIO = play().scenario;
const ASSERTION = 'haproxy: socket.c:258: do_write: Assertion `write == NULL` failed.';

const crash = (more: Partial<CrashEvidence> = {}): CrashEvidence => ({
  path: 'subject',
  scenario: SCENARIO,
  host: 'haproxy',
  what: 'program',
  fromMs: T0 + 100,
  untilMs: T0 + 1100,
  exitCode: null,
  signal: 'SIGABRT',
  lastLines: [],
  ...more,
});
const refused = play({
  caseId: 'late',
  startedAtMs: T0 + 2000,
  endedAtMs: T0 + 2001,
  outcome: { kind: 'connect-failed', code: 'ECONNREFUSED', afterMs: 1 },
});
const judge = (crashes: readonly CrashEvidence[], plays = [play()]): readonly Finding[] =>
  findingsOf(crashedProxy, PATH, { crashes, plays, hosts: [hostOf('haproxy')] });

describe('crashed-proxy', () => {
  it('says nothing where none crashed', () => {
    expect(judge([])).toEqual([]);
  });

  it('names the host for certain when its log says so, in one sentence with the line that tells it', () => {
    const [only, ...more] = judge([crash({ lastLines: ['ready', ASSERTION, 'haproxy(+0x9ce25)[0x55]'] })]);
    expect(more).toEqual([]);
    expect(only).toMatchObject({ outcome: 'fail', blame: { host: 'haproxy', confidence: 'certain' }, measures: { crashes: 1 } });
    expect(only?.summary).toBe(`HAProxy 2.6.12 (host haproxy) ended by itself while it served (SIGABRT); its log says: ${ASSERTION}`);
    expect(only?.details).toContainEqual(expect.objectContaining({ kind: 'log', host: 'haproxy' }));
  });

  it('is certain too when nobody accepted connections any more, and likely without either', () => {
    expect(judge([crash()], [play(), refused])[0]).toMatchObject({
      blame: { confidence: 'certain' },
      measures: { refusedConnections: 1 },
    });
    expect(judge([crash()])[0]?.blame?.confidence).toBe('likely');
  });

  it('does not count what was refused before, or in another scenario', () => {
    const before = { ...refused, startedAtMs: T0, endedAtMs: T0 };
    const elsewhere = { ...refused, scenario: 'elsewhere' };
    expect(judge([crash()], [before, elsewhere])[0]?.blame?.confidence).toBe('likely');
  });

  it('says of a signal from outside that nobody of the run had sent it', () => {
    expect(judge([crash({ signal: 'SIGKILL' })])[0]?.summary).toContain('ended by SIGKILL, which the run had not sent');
    expect(judge([crash({ signal: null, exitCode: 3 })])[0]?.summary).toContain('exit code 3');
  });

  it('tells of a worker by what its master logged, and of both at once as one crash', () => {
    const worker = crash({ what: 'worker', signal: 'SIGSEGV', lastLines: ['[alert] 1#1: worker process 2 exited on signal 11'] });
    expect(judge([worker])[0]).toMatchObject({ blame: { host: 'haproxy', confidence: 'likely' } });
    expect(judge([worker])[0]?.summary).toContain('lost a worker process, which ended by itself');
    expect(judge([worker, crash({ lastLines: [ASSERTION] })])).toMatchObject([{ measures: { crashes: 2 } }]);
  });

  it('shows no query of a log, and no more of a line than is bounded', () => {
    const [only] = judge([crash({ lastLines: [`fatal at /socket?token=secretsecret ${'x'.repeat(9000)}`] })]);
    expect(JSON.stringify(only)).not.toContain('secretsecret');
    expect(only?.summary.length).toBeLessThan(400);
  });

  it('tells which cases were under way, and needs no comparison with the control path', () => {
    const during = play({ caseId: 'big-frame', startedAtMs: T0 + 900, endedAtMs: T0 + 1200 });
    const [only] = judge([crash()], [during]);
    expect(only).toMatchObject({ outcome: 'fail' });
    expect(only?.details).toContainEqual({ kind: 'text', title: 'Under way when it ended', text: 'big-frame' });
  });
});

describe('names around a crash', () => {
  const plays = [play({ startedAtMs: T0, endedAtMs: T0 + 50 }), refused];
  const evidence = evidenceSet({ crashes: [crash()], plays });
  const accusing = (host: string, line: number, more: Partial<Finding> = {}): Finding =>
    finding('fail', { scenario: SCENARIO, blame: blame(host), evidence: [{ file: 'evidence/plays.ndjson', line }], ...more });
  const hostsOf = (...findings: Finding[]) => withoutNamesAroundCrash(findings, evidence).map((one) => one.blame?.host);

  it('are taken off others for what was seen from the crash on', () => {
    expect(hostsOf(accusing('origin', 2), accusing('firewall', 2, { evidence: [] }))).toEqual(['unknown', 'unknown']);
  });

  it('stay on the host that crashed, on what was over before, and in other scenarios and paths', () => {
    expect(
      hostsOf(
        accusing('haproxy', 2),
        accusing('origin', 1),
        accusing('origin', 2, { scenario: 'x' }),
        accusing('origin', 2, { path: 'x' }),
      ),
    ).toEqual(['haproxy', 'origin', 'origin', 'origin']);
  });
});
