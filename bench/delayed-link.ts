import { setTimeout as sleep } from 'node:timers/promises';
import { compareQuantile } from '../harness/measure/compare.ts';
import { steadyProfile } from '../harness/measure/steady-profile.ts';
import type { EncodedDistribution } from '../harness/model/distribution.ts';
import type { LatencyDifference } from '../harness/model/record.ts';
import { shellWords } from '../harness/probes/host-shell.ts';
import { parseSockets, SOCKETS_ARGV } from '../harness/probes/socket-samples.ts';
import { type EchoPath, openEchoPath } from './echo-path.ts';
import { median } from './median.ts';

const END = 'end of list';
/** A smoothed round trip follows the last few only, so it is looked at again and again. */
const LOOKS = 12;

export interface DelayTruth {
  readonly delayMs: number;
  /** What the link really added to a round trip, by the smoothed round trips of the client's kernel on both paths while the load ran. */
  readonly injectedMs: number;
  /** What the load says was added, by its own comparison: slots of both paths in turns. */
  readonly added: LatencyDifference;
}

interface Slot {
  readonly latency: EncodedDistribution;
  readonly kernelMs: number;
}

/** A path whose link delays every packet towards the origin by so much, beside one that does not. */
export async function measureDelay(delayMs: number, seconds: number): Promise<DelayTruth> {
  await using control = await openEchoPath([]);
  await using subject = await openEchoPath([{ kind: 'delay', ms: delayMs, direction: 'to-origin' }]);
  const a = await slotOn(subject, seconds, 1);
  const b = await slotOn(control, seconds, 2);
  const c = await slotOn(control, seconds, 3);
  const d = await slotOn(subject, seconds, 4);
  const added = compareQuantile([a.latency, d.latency], [b.latency, c.latency], 50);
  if (added === null) throw new Error('four slots with echoes expected');
  return { delayMs, injectedMs: (a.kernelMs + d.kernelMs - b.kernelMs - c.kernelMs) / 2, added };
}

async function slotOn(path: EchoPath, seconds: number, seed: number): Promise<Slot> {
  const profile = steadyProfile({ connections: 8, messagesPerSecond: 400, durationMs: seconds * 1000, payloadBytes: 32, seed });
  const loading = path.load(profile);
  const script = `${shellWords(SOCKETS_ARGV)}; echo ${shellWords([END])}`;
  const times: number[] = [];
  for (let look = 0; look < LOOKS; look += 1) {
    await sleep((seconds * 1000) / (LOOKS + 1));
    const lines = (await path.shells.client.ask(script, (line) => line === END)) ?? [];
    times.push(...parseSockets(lines).flatMap(({ peer, sample }) => (peer.endsWith(':9000') ? (sample.rttMs ?? []) : [])));
  }
  return { latency: (await loading).latency, kernelMs: times.length === 0 ? Number.NaN : median(times) };
}
