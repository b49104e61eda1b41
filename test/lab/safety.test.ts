import { beforeAll, describe, expect, it } from 'vitest';
import { safety } from '../../scenarios/safety/scenario.ts';
import { runInNetns, through } from './run-in-netns.ts';

const PATHS = [
  through('haproxy', 'haproxy', 'plain.cfg'),
  through('relay', 'haproxy', 'mode-tcp.cfg'),
  through('nginx', 'nginx', 'upgrade-map.conf'),
  through('bare', 'nginx', 'bare.conf'),
];

describe('what an attacker tries against real proxies', () => {
  let ran: Awaited<ReturnType<typeof runInNetns>>;
  beforeAll(async () => {
    ran = await runInNetns(safety, {}, PATHS);
  }, 60_000);

  const reached = (path: string): readonly string[] =>
    ran.evidence.plays
      .filter((play) => {
        const bytes = (play.origin?.received.first ?? []).map(({ base64 }) => Buffer.from(base64, 'base64').toString('latin1')).join('');
        return play.path === path && play.expectation.neverAtOrigin !== undefined && bytes.includes(play.expectation.neverAtOrigin);
      })
      .map(({ caseId }) => caseId);
  const found = (path: string, audit: string) => ran.findings.find((one) => one.path === path && one.auditId === audit);

  it.each(['direct', 'relay'])('sees every smuggled byte come through where nobody reads HTTP: %s', (path) => {
    expect(reached(path)).toHaveLength(ran.evidence.plays.filter((one) => one.path === path).length);
    expect(found(path, 'smuggled-request')?.outcome ?? 'pass').toBe('pass');
  });

  it.each(['haproxy', 'nginx'])('finds the h2c tunnel of %s, and no other', (path) => {
    expect(reached(path)).toEqual(['h2c-tunnel']);
    expect(found(path, 'smuggled-request')).toMatchObject({ outcome: 'fail', cases: ['h2c-tunnel'], blame: { host: path } });
  });

  it('finds no tunnel in a proxy that forwards no upgrade', () => {
    expect(reached('bare')).toEqual([]);
    expect(found('bare', 'smuggled-request')?.outcome).toBe('pass');
  });

  it.each(['haproxy', 'nginx', 'bare'])('sees every oversized request end, and no cookie in the log of %s', (path) => {
    expect(found(path, 'unbounded-request')).toMatchObject({ outcome: 'pass', measures: { hungCases: 0 } });
    expect(found(path, 'logged-secret')).toMatchObject({ outcome: 'pass', measures: { secretsLogged: 1 } });
  });
});
