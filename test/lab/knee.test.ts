import { beforeAll, describe, expect, it } from 'vitest';
import { loadStopper } from '../../harness/blame/load-stopper.ts';
import { parseLimit } from '../../harness/measure/limit-expression.ts';
import type { KneeEvidence } from '../../harness/model/load.ts';
import type { Path } from '../../harness/model/path.ts';
import { kneeScenario, type KneeWish } from '../../scenarios/knee/scenario.ts';
import { runInNetns, through } from './run-in-netns.ts';

const LIMIT = 'failures == 0';

const wish: KneeWish = {
  ...{ of: 'connections', limit: parseLimit(LIMIT), limitText: LIMIT, from: 6, most: 12 },
  ...{ connections: 4, payloadBytes: 64, stepMs: 300, drivers: 1 },
  ...{ openingMs: 1000, mostTries: 30, mostMs: 60_000 },
};

interface Found {
  readonly knee: KneeEvidence | undefined;
  readonly onControl: KneeEvidence | undefined;
  readonly stopper: ReturnType<typeof loadStopper>;
  readonly ran: Awaited<ReturnType<typeof runInNetns>>;
}

async function searched(path: Path, of: KneeWish): Promise<Found> {
  const ran = await runInNetns(kneeScenario(of), {}, [path]);
  const [knee, onControl] = ran.evidence.knees;
  return { knee, onControl, ran, stopper: knee === undefined ? null : loadStopper(knee, { ...ran.evidence, path, cpus: 2 }) };
}

describe('the knee of a proxy that takes 8 connections', () => {
  let found: Found;
  beforeAll(async () => {
    found = await searched(through('edge', 'haproxy', 'frontend-maxconn.cfg'), wish);
  });

  it('is 8, made again and confirmed', () => {
    expect(found.knee).toMatchObject({ path: 'edge', of: 'connections', sustainable: 8, brokeAt: 9 });
    expect(found.knee?.steps.filter(({ value, met }) => value === 8 && met).length).toBeGreaterThan(1);
    expect(found.ran.evidence.loads.map(({ slot }) => slot)).toEqual(
      expect.arrayContaining(found.knee?.steps.map(({ slot }) => slot) ?? []),
    );
  });

  it('is named by the line of the config', () => {
    expect(found.stopper).toMatchObject({ resource: 'configured-limit', host: 'edge' });
    expect(found.stopper?.because).toContain('`maxconn 8`');
  });

  it('is none of the control path, and accuses nobody', () => {
    expect(found.onControl).toMatchObject({ path: 'direct', sustainable: 9, brokeAt: null });
    expect(found.ran.findings.filter(({ outcome }) => outcome !== 'pass')).toEqual([]);
  });
});

describe('the knee of a proxy with 12 ports', () => {
  it('is named by the ports of that host', async () => {
    const sysctls = { edge: { 'net.ipv4.ip_local_port_range': '40000 40011' } };
    const { knee, stopper } = await searched({ ...through('edge', 'haproxy', 'plain.cfg'), sysctls }, { ...wish, from: 10, most: 20 });
    expect(stopper).toMatchObject({ resource: 'ephemeral-ports', host: 'edge' });
    expect(knee?.sustainable).toBeLessThan(13);
  });
});
