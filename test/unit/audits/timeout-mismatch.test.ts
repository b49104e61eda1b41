import { describe, expect, it } from 'vitest';
import { timeoutMismatch } from '../../../harness/audits/timeout-mismatch.ts';
import { findingsOf, onControl } from './evidence-builders.ts';
import { configured, cutRung, rung, timeLine } from './limit-builders.ts';
import { hostOf, pathWith } from './path-builders.ts';

const PATH = pathWith(['nginx']);
const HOSTS = [hostOf('nginx', [timeLine(2000)])];
const judge = (ladders: Parameters<typeof findingsOf>[2]['ladders'] = [], hosts = HOSTS, path = PATH) =>
  findingsOf(timeoutMismatch, path, {
    ladders: [...ladders, ...['idle', 'ping', 'connect-silent'].map((mode) => onControl(rung({ mode: mode as 'idle' })))],
    hosts,
  });

describe('timeout-mismatch', () => {
  it('says in one sentence who cuts idle sockets, when, and which ping keeps them', () => {
    const [finding] = judge([cutRung(1990, { configured: [configured('nginx', 2000)] }), rung({ mode: 'ping' })]);
    expect(finding).toMatchObject({ outcome: 'pass', measures: { limitMs: 1990, unscaledLimitMs: 1990, safePingMs: 1300 } });
    expect(finding?.summary).toBe(
      'idle sockets are cut after 2.0 s by nginx (nginx.conf:14 `proxy_read_timeout 2s;`); a ping every 1.3 s or less keeps them',
    );
  });

  it('gives a scaled limit as measured and multiplied back', () => {
    const [finding] = judge([cutRung(2000, { timeScale: 30, configured: [configured('nginx', 2000)] }), rung({ mode: 'ping' })]);
    expect(finding?.summary).toContain('after 2.0 s (60 s unscaled) by nginx');
    expect(finding?.measures).toEqual({ limitMs: 2000, unscaledLimitMs: 60_000, safePingMs: 40_000 });
  });

  it('says so when pings do not keep a socket', () => {
    const [finding] = judge([cutRung(2000, { configured: [configured('nginx', 2000)] }), cutRung(2010, { mode: 'ping' })]);
    expect(finding?.outcome).toBe('pass');
    expect(finding?.summary).toContain('; pings do not keep them');
  });

  it('binds nobody where the lines of two hosts fit', () => {
    const both = [configured('nginx', 2000), configured('haproxy', 2100)];
    expect(judge([cutRung(2000, { configured: both })])[0]?.summary).toContain('by one of the hosts that have this limit');
  });

  it('names nobody for a cut that no config says', () => {
    const [finding, ...more] = judge([cutRung(1000, { configured: [configured('nginx', 60_000)] })]);
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ outcome: 'fail', cases: ['idle'], blame: { host: 'unknown' } });
    expect(finding?.summary).toMatch(/^idle sockets are cut after 1\.0 s, which no config on the path says \(the nearest is nginx /);
  });

  it('blames the host whose config says that it would have cut', () => {
    const [finding] = judge([rung({ mode: 'connect-silent', configured: [configured('nginx', 800)] })]);
    expect(finding).toMatchObject({ outcome: 'fail', blame: { host: 'nginx', confidence: 'likely', config: { line: 14 } } });
  });

  it('expects nothing of limits beyond the watch, or of one backend among several', () => {
    expect(judge([rung({ configured: [configured('nginx', 3600)] })])[0]?.outcome).toBe('pass');
    expect(judge([rung({ configured: [configured('nginx', 800, { scope: { logName: 'be_other' } })] })])[0]?.outcome).toBe('pass');
  });

  it('holds what the control path does as well to be the origin', () => {
    const findings = findingsOf(timeoutMismatch, PATH, {
      ladders: [cutRung(1000, { mode: 'keep-alive-idle' }), onControl(cutRung(1010, { mode: 'keep-alive-idle' }))],
      hosts: HOSTS,
    });
    expect(findings.map(({ outcome }) => outcome)).toEqual(['pass']);
    expect(findings[0]?.summary).toContain('by the origin');
  });

  it('allows for a client that was busy, and for lateness', () => {
    expect(judge([cutRung(1000, { slackMs: 800, configured: [configured('nginx', 2000)] })])[0]?.outcome).toBe('pass');
    expect(judge([cutRung(2550, { configured: [configured('nginx', 2000)] })])[0]?.outcome).toBe('pass');
    expect(judge([cutRung(2700, { configured: [configured('nginx', 2000)] })])[0]?.outcome).toBe('fail');
  });

  it('holds a cut under traffic for an idle limit where packets are lost, and else for a limit of its own', () => {
    const [idle, ping] = [rung({ configured: [configured('nginx', 200)], watchedMs: 400 }), cutRung(1300, { mode: 'ping' })];
    const lossy = pathWith(['nginx'], {
      links: [
        { name: 'a', impairments: [{ kind: 'loss', percent: 3, direction: 'both' }] },
        { name: 'b', impairments: [] },
      ],
    });
    expect(judge([idle, ping], HOSTS, lossy)[0]?.outcome).toBe('pass');
    expect(judge([idle, ping])[0]).toMatchObject({ outcome: 'fail', cases: ['ping'], blame: { host: 'unknown' } });
  });

  it('accuses nobody where the config of a host is not read for limits', () => {
    const [finding] = judge([cutRung(1000)], [hostOf('nginx')]);
    expect(finding?.outcome).toBe('pass');
    expect(finding?.summary).toContain('by a host whose config is not read for limits');
  });
});
