import { describe, expect, it } from 'vitest';
import { steadyProfile } from '../../harness/measure/steady-profile.ts';
import type { LoadEvidence } from '../../harness/model/evidence.ts';
import type { LoadProfile } from '../../harness/model/load.ts';
import type { Path } from '../../harness/model/path.ts';
import type { Scenario } from '../../harness/run/scenario.ts';
import { load } from '../../scenarios/load/scenario.ts';
import { runInNetns, through } from './run-in-netns.ts';

const scenario = load as Scenario;
const haproxy = (more: Partial<Path> = {}): Path => through('haproxy', 'haproxy', 'plain.cfg', more);
const nginx = (): Path => through('nginx', 'nginx', 'upgrade-map.conf');
const steady = (connections: number, messagesPerSecond: number, durationMs: number): LoadProfile =>
  steadyProfile({ connections, messagesPerSecond, durationMs, payloadBytes: 64, seed: 5 });
const alone = (profile: LoadProfile): LoadProfile => ({ ...profile, compared: false });
const countsOf = ({ attempts, upgraded, sent, echoed, missed, corrupted }: LoadEvidence) => ({
  attempts,
  upgraded,
  sent,
  echoed,
  missed,
  corrupted,
});
const sumOf = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

describe('the load scenario', () => {
  it('interleaves the slots of each path with those of the control path, and counts all that was asked for', async () => {
    const said: string[] = [];
    const { evidence, findings } = await runInNetns(scenario, {}, [haproxy(), nginx()], 1, {
      loads: { echo: steady(10, 1000, 1200) },
      onProgress: (_, what) => said.push(what),
    });
    expect(evidence.absences).toEqual([]);
    expect(evidence.loads.map(({ path, comparedFor, slot, profile }) => [path, comparedFor, slot, profile])).toEqual(
      ['haproxy', 'nginx'].flatMap((id) => [id, 'direct', 'direct', id].map((on, slot) => [on, id, slot, 'echo'])),
    );
    const expected = { attempts: 10, upgraded: 10, sent: 1200, echoed: 1200, missed: 0, corrupted: 0 };
    expect(evidence.loads.map(countsOf)).toEqual(evidence.loads.map(() => expected));
    expect(new Set(evidence.loads.map(({ ended }) => ended))).toEqual(new Set(['complete']));
    expect(findings.filter(({ outcome }) => outcome === 'fail')).toEqual([]);
    expect(said.some((what) => /slot 1 of 4: 1 s, 10 open, \d+ messages a second, 0 failures/.test(what))).toBe(true);
    for (const id of ['haproxy', 'nginx']) {
      const used = evidence.usages.filter(({ path }) => path === id);
      expect(new Set(used.map(({ host, role }) => `${role} ${host}`))).toEqual(new Set(['client client', `proxy ${id}`, 'origin origin']));
      for (const host of ['client', id, 'origin']) {
        const samples = used.flatMap((one) => (one.host === host ? one.samples : []));
        expect(Math.max(...samples.map(({ cpuPercent }) => cpuPercent ?? 0))).toBeGreaterThan(0);
        expect(Math.max(...samples.map(({ openFiles }) => openFiles ?? 0))).toBeGreaterThan(10);
        expect(Math.max(...samples.map(({ outSegs }) => outSegs ?? 0))).toBeGreaterThan(1000);
        expect(new Set(samples.map(({ listenOverflows }) => listenOverflows))).toEqual(new Set([0]));
      }
    }
  });

  it('leaves the control path alone where nothing is compared with it, which everybody is told and nobody misses', async () => {
    const { evidence, findings } = await runInNetns(scenario, {}, [haproxy()], 1, { loads: { echo: alone(steady(4, 100, 300)) } });
    expect(evidence.loads.map(({ path }) => path)).toEqual(['haproxy']);
    expect(evidence.absences).toMatchObject([{ path: 'direct', scenario: 'load', optional: true }]);
    expect(findings.filter(({ outcome }) => outcome !== 'pass')).toEqual([]);
  });

  it('comes to the same with two drivers as with one', async () => {
    const profile = alone({ ...steady(7, 333, 1100), connections: [{ kind: 'rate', fromPerSecond: 20, toPerSecond: 50, forMs: 200 }] });
    const { evidence } = await runInNetns(scenario, {}, [haproxy()], 1, { loads: { one: profile, two: { ...profile, drivers: 2 } } });
    const [one, two] = evidence.loads;
    expect([one?.profile, two?.profile, one?.slot, two?.slot]).toEqual(['one', 'two', 0, 1]);
    expect(one).toMatchObject({ attempts: 7, upgraded: 7, missed: 0, corrupted: 0, unanswered: 0 });
    expect(two === undefined ? null : countsOf(two)).toEqual(one === undefined ? null : countsOf(one));
  });

  it('comes back within two seconds when it is interrupted, with what was measured by then', async () => {
    const interruption = new AbortController();
    const times = { abortedMs: 0, returnedMs: 0 };
    const timed: Scenario = {
      ...scenario,
      run: async (context) => {
        setTimeout(() => {
          times.abortedMs = performance.now();
          interruption.abort();
        }, 1800);
        await scenario.run(context);
        times.returnedMs = performance.now();
      },
    };
    const { evidence } = await runInNetns(timed, {}, [haproxy()], 1, {
      loads: { long: steady(10, 200, 20_000) },
      signal: interruption.signal,
    });
    expect(times.returnedMs - times.abortedMs).toBeLessThan(2000);
    expect(evidence.loads).toMatchObject([{ path: 'haproxy', slot: 0, ended: 'stopped', upgraded: 10, lostSessions: {} }]);
    expect(evidence.loads[0]?.echoed).toBeGreaterThan(150);
    expect(evidence.loads[0]?.sent).toBeLessThan(2000);
  });
});

describe('what ends in the middle of a load', () => {
  it('a driver leaves what it had told, and is there again for the next load', async () => {
    const path = haproxy({ actions: [{ host: 'client', do: 'kill', atMs: 1500 }] });
    const { evidence } = await runInNetns(scenario, {}, [path], 1, {
      loads: { long: alone(steady(10, 200, 20_000)), short: alone(steady(5, 100, 500)) },
    });
    const [long, short] = evidence.loads;
    expect(long).toMatchObject({ ended: 'cut', upgraded: 10 });
    expect(long?.series.length).toBeGreaterThan(0);
    expect(long?.sent).toBeGreaterThan(50);
    expect(long?.sent).toBeLessThan(400);
    expect(short).toMatchObject({ ended: 'complete', upgraded: 5, sent: 50, echoed: 50 });
    expect(evidence.actions).toMatchObject([{ host: 'client', do: 'kill', how: 'SIGKILL' }]);
  });

  it('a proxy loses its sessions, and the load ends when it is due', async () => {
    const path = haproxy({ actions: [{ host: 'haproxy', do: 'kill', atMs: 800 }] });
    const { evidence } = await runInNetns(scenario, {}, [path], 1, { loads: { echo: alone(steady(10, 200, 2000)) } });
    const [echo] = evidence.loads;
    expect(echo).toMatchObject({ ended: 'complete', upgraded: 10, corrupted: 0 });
    expect(sumOf(echo?.lostSessions ?? {})).toBe(10);
    expect(echo?.missed).toBeGreaterThan(50);
    expect((echo?.endedAtMs ?? 0) - (echo?.startedAtMs ?? 0)).toBeLessThan(10_000);
    expect(evidence.absences.filter(({ optional }) => !optional)).toEqual([]);
  });

  it('clients come back to a proxy that is started again', async () => {
    const path = haproxy({ actions: [{ host: 'haproxy', do: 'restart', atMs: 700 }] });
    const reconnect = { firstMs: 100, factor: 2, mostMs: 400, jitter: 0.5, attempts: 20 };
    const { evidence } = await runInNetns(scenario, {}, [path], 1, { loads: { echo: alone({ ...steady(10, 200, 3000), reconnect }) } });
    expect(evidence.loads[0]).toMatchObject({ ended: 'complete', reconnected: 10 });
    expect(evidence.loads[0]?.series.at(-1)?.sent).toBeGreaterThan(0);
  });
});
