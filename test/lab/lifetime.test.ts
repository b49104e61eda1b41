import { beforeAll, describe, expect, it } from 'vitest';
import { lifetime } from '../../scenarios/lifetime/scenario.ts';
import type { LadderMode } from '../../harness/model/ladder-mode.ts';
import { runInNetns, through } from './run-in-netns.ts';

type Ran = Awaited<ReturnType<typeof runInNetns>>;

const rungOf = ({ evidence }: Ran, path: string, mode: LadderMode) =>
  evidence.ladders.find((rung) => rung.path === path && rung.mode === mode) ?? null;

/** A busy machine is late, never early by more than a timer is lazy. */
const about = (ms: number) => [ms - 350, ms + 400] as const;

describe('the timeout ladder of real proxies with short limits', () => {
  let ran: Ran;
  beforeAll(async () => {
    const paths = [through('haproxy', 'haproxy', 'short-limits.cfg'), through('nginx', 'nginx', 'short-limits.conf')];
    ran = await runInNetns(lifetime, { watchMs: 3000 }, paths);
  });

  it.each([
    ['haproxy', 'idle', 2000, 'fin', null],
    ['haproxy', 'connect-silent', 800, 'fin', 408],
    ['haproxy', 'head-unfinished', 800, 'fin', 408],
    ['haproxy', 'head-unanswered', 1600, 'survived', 504],
    ['haproxy', 'keep-alive-idle', 1200, 'fin', null],
    ['nginx', 'idle', 2000, 'fin', null],
    ['nginx', 'connect-silent', 800, 'fin', null],
    ['nginx', 'head-unfinished', 800, 'fin', null],
    ['nginx', 'head-unanswered', 2000, 'survived', 504],
    ['nginx', 'keep-alive-idle', 1400, 'fin', null],
  ] as const)('%s ends %s after %d ms, as its config says', (path, mode, limitMs, end, status) => {
    const rung = rungOf(ran, path, mode);
    const [least, most] = about(limitMs);
    expect(rung?.limitMs).toBeGreaterThan(least);
    expect(rung?.limitMs).toBeLessThan(most);
    expect([rung?.client.kind, rung?.status]).toEqual([end, status]);
    expect(rung?.configured.map((one) => one.limitMs)).toContain(limitMs);
  });

  it('sees traffic of every kind keep a socket, and nothing end on the control path', () => {
    const kept = ran.evidence.ladders.filter(({ mode, path }) => path === 'direct' || /^(?:ping|busy|.*-to-.*)$/.test(mode));
    expect(kept.length).toBe(9 + 2 * 4);
    expect(kept.map(({ path, mode, limitMs }) => [path, mode, limitMs])).toEqual(kept.map(({ path, mode }) => [path, mode, null]));
  });

  it('finds every limit to be what the configs say, and the binding host with its safe ping', () => {
    const judged = ran.findings.filter(({ auditId }) => auditId === 'timeout-mismatch');
    expect(judged.map(({ path, outcome }) => [path, outcome])).toEqual([
      ['direct', 'pass'],
      ['haproxy', 'pass'],
      ['nginx', 'pass'],
    ]);
    expect(judged[1]?.summary).toMatch(
      /by HAProxy \(short-limits\.cfg:\d+ `timeout tunnel 2s`\); a ping every 1\.\d s or less keeps them$/,
    );
    expect(judged[2]?.summary).toMatch(/by nginx \(short-limits\.conf:\d+ `proxy_read_timeout 2s;`\)/);
    expect(ran.findings.filter(({ auditId }) => auditId === 'keep-alive-race').map(({ outcome }) => outcome)).toEqual(['pass', 'pass']);
  });
});

it('runs configs with their durations divided, defaults too, and points at the lines of the user', async () => {
  const paths = [through('haproxy', 'haproxy', 'tunnel-timeout.cfg'), through('nginx', 'nginx', 'upgrade-map.conf')];
  const ran = await runInNetns(lifetime, { watchMs: 4400 }, paths, 30);
  const idle = rungOf(ran, 'nginx', 'idle');
  expect(idle?.configured).toMatchObject([{ limitMs: 4000, line: { file: 'upgrade-map.conf', text: 'proxy_read_timeout 120s;' } }]);
  expect(rungOf(ran, 'nginx', 'connect-silent')).toMatchObject({
    timeScale: 30,
    configured: [{ limitMs: 2000, line: { isDefault: true } }],
  });
  const [least, most] = about(2000);
  expect(rungOf(ran, 'nginx', 'connect-silent')?.limitMs).toBeGreaterThan(least);
  expect(rungOf(ran, 'nginx', 'connect-silent')?.limitMs).toBeLessThan(most);
  expect(rungOf(ran, 'haproxy', 'idle')?.limitMs).toBeLessThan(1800);
  const judged = ran.findings.filter(({ auditId, path }) => auditId === 'timeout-mismatch' && path !== 'direct');
  expect(judged.map(({ outcome }) => outcome)).toEqual(['pass', 'pass']);
  expect(judged[0]?.measures['unscaledLimitMs']).toBeGreaterThan(20_000);
});
