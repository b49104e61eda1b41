import { spawn } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { DriverClient } from '../../../harness/drive/driver-client.ts';
import type { HostProcess } from '../../../harness/lab/lab.ts';
import { steadyProfile } from '../../../harness/measure/steady-profile.ts';
import type { LoadBucket } from '../../../harness/model/load.ts';
import { DriverFleet } from '../../../harness/run/driver-fleet.ts';
import { LiveProgram } from '../../../harness/run/live-program.ts';
import { liveLoad } from '../../../harness/run/live-load.ts';
import { endpointAt } from '../drive/programs.ts';

/** A program that speaks as the driver does, and behaves as its test wants: `request`, `tell(sent)`, `reply(ended)` and `bucket(sent)` are at hand. */
const program = (onLoad: string, onStop = ''): string => `
const said = (value) => process.stdout.write(JSON.stringify(value) + '\\n');
const none = { unit: 'us', count: 0, minUs: 0, maxUs: 0, sumUs: 0, buckets: [] };
const bucket = (sent) => ({ atMs: 0, attempts: 1, upgraded: 1, upgradeFailures: {}, lostSessions: {}, reconnected: 0, open: 1, sent, missed: 0, echoed: sent,
  corrupted: 0, pings: 0, pongs: 0, latency: none, lag: none, phases: {}, cpuPercent: 1, rssBytes: 1 });
let load;
const tell = (sent) => said({ id: load.id, progress: bucket(sent) });
const reply = (ended, ...series) => said({ id: load.id, ok: true, reply: { startedAtMs: load.startInMs, endedAtMs: 9, ended, bucketMs: load.bucketMs, series } });
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const request = JSON.parse(line);
  if (request.kind === 'load') { load = request; ${onLoad} }
  if (request.kind === 'stop') { said({ id: request.id, ok: true, reply: { stopped: 1 } }); ${onStop} }
}).on('close', () => process.exit());
said({ ready: true, node: '' });`;

const started: HostProcess[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.stop()));
});

const startIt = (source: string) =>
  LiveProgram.start(
    async () => {
      const child = spawn(process.execPath, ['-e', source], { stdio: ['pipe', 'pipe', 'inherit'] });
      const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
        child.once('exit', (code, signal) => resolve({ code, signal })),
      );
      const signal = (name: NodeJS.Signals) => Promise.resolve(void child.kill(name));
      const stop = async () => {
        child.kill('SIGKILL');
        await exited;
      };
      const running = { stdin: child.stdin, stdout: child.stdout, exited, signal, stop };
      started.push(running);
      return running;
    },
    ({ stdin, stdout, exited }) => new DriverClient(stdin, stdout, exited),
  );

/** All drivers behave the same. */
async function fleetOf(onLoad: string, onStop = ''): Promise<DriverFleet> {
  const source = program(onLoad, onStop);
  return new DriverFleet(await startIt(source), () => startIt(source));
}

const profile = steadyProfile({ connections: 4, messagesPerSecond: 10, durationMs: 500, payloadBytes: 64, seed: 1 });
const ask = (
  drivers: DriverFleet,
  more: Partial<typeof profile> = {},
  signal = new AbortController().signal,
  onBucket?: (bucket: LoadBucket) => void,
) =>
  liveLoad(
    { drivers, endpoint: endpointAt(1), clientAddresses: ['10.0.0.1', '10.0.0.2', '10.0.0.3'], signal },
    { profile: { ...profile, ...more }, openingMs: 100, maxUpgradeFailures: 1, ...(onBucket === undefined ? {} : { onBucket }) },
  );

describe('liveLoad', () => {
  it('shares a load among as many drivers as the profile wants, and adds what they report', async () => {
    const fleet = await fleetOf(`reply('complete', bucket(load.shard.index + 1), bucket(10 * load.startInMs))`);
    const result = await ask(fleet, { drivers: 3 });
    expect(result).toMatchObject({ ended: 'complete', sent: 1 + 2 + 3 + 30 * result.startedAtMs, upgraded: 6 });
    expect(result.series.map(({ sent }) => sent)).toEqual([6, 30 * result.startedAtMs]);
    // They are told to begin a while after they were asked, and one alone begins at once.
    expect(result.startedAtMs).toBeGreaterThan(0);
    expect((await ask(fleet)).startedAtMs).toBe(0);
  });

  it('gives several addresses to connect from only where they are wanted', async () => {
    const seen = `reply('complete', { ...bucket(load.sourceAddresses.length), upgradeFailures: { ['at ' + load.sourceAddresses.at(-1)]: 1 } })`;
    const fleet = await fleetOf(seen);
    expect(await ask(fleet)).toMatchObject({ sent: 0 });
    expect(await ask(fleet, { sources: 2 })).toMatchObject({ sent: 2, upgradeFailures: { 'at 10.0.0.2': 1 } });
  });

  it('comes back stopped with what a driver told that does not answer any more', async () => {
    const fleet = await fleetOf('tell(3); tell(4)');
    const interruption = new AbortController();
    setTimeout(() => interruption.abort(), 100);
    const begun = performance.now();
    expect(await ask(fleet, {}, interruption.signal)).toMatchObject({ ended: 'stopped', sent: 7, series: [{ sent: 3 }, { sent: 4 }] });
    expect(performance.now() - begun).toBeLessThan(2000);
  });

  it('takes the reply of a driver that answers to a stop', async () => {
    const fleet = await fleetOf('tell(3)', `reply('stopped', bucket(3), bucket(1))`);
    const interruption = new AbortController();
    setTimeout(() => interruption.abort(), 100);
    expect(await ask(fleet, {}, interruption.signal)).toMatchObject({ ended: 'stopped', sent: 4 });
  });

  it('comes back cut when a driver ends, with what the others have, and has it again for the next load', async () => {
    const dying = program(
      `if (load.profile.seed === 1) { tell(2); setTimeout(() => process.kill(process.pid, 'SIGKILL'), 20); } else reply('complete', bucket(5))`,
    );
    const lasting = program(
      `if (load.profile.seed === 1) tell(4); else reply('complete', bucket(8))`,
      `reply('stopped', bucket(4), bucket(1))`,
    );
    const both = new DriverFleet(await startIt(dying), () => startIt(lasting));
    expect(await ask(both, { drivers: 2 })).toMatchObject({ ended: 'cut', sent: 7 });
    expect(await ask(both, { drivers: 2, seed: 2 })).toMatchObject({ ended: 'complete', sent: 13 });
  });

  it('fails when a driver refuses what it is asked', async () => {
    const fleet = await fleetOf(`said({ id: load.id, ok: false, code: 'DRIVE_ERR_PROTOCOL', message: 'a profile expected' })`);
    await expect(ask(fleet)).rejects.toThrow('a profile expected');
  });

  it('tells about once a second what all drivers told', async () => {
    const fleet = await fleetOf(`tell(3); tell(4); setTimeout(() => reply('complete', bucket(3), bucket(4)), 1300)`);
    const told: number[] = [];
    await ask(fleet, { drivers: 2 }, undefined, (bucket) => told.push(bucket.sent, bucket.open));
    expect(told).toEqual([14, 2]);
  });
});
