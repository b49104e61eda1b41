import { nowMs } from '../measure/clock.ts';
import { constantRate, sendsWithin } from '../measure/pacer.ts';
import type { ClientSession } from './client-session.ts';
import { judgeGenerator } from './generator-health.ts';
import { countEnds, openFleet } from './load-fleet.ts';
import { LoadPayload } from './load-payload.ts';
import { LoadTraffic } from './load-traffic.ts';
import type { LoadReply, LoadRequest } from './protocol.ts';

const DRAIN_MS = 500;
const DRAIN_STEP_MS = 5;

/** One open-loop slot: opens the sessions (`deadlineMs` for that), sends on schedule for `durationMs`, drains, and closes. */
export async function driveLoad(request: LoadRequest): Promise<LoadReply> {
  const { shape } = request;
  const startedAtMs = nowMs();
  const total = sendsWithin(shape.messagesPerSecond, shape.durationMs);
  const traffic = new LoadTraffic(new LoadPayload(shape.payloadBytes, shape.seed), constantRate(shape.messagesPerSecond), total);
  const fleet = await openFleet(request, startedAtMs + request.deadlineMs, (message, atMs) => traffic.receive(message, atMs));
  const trafficAtMs = nowMs();
  const cpuBefore = process.cpuUsage();
  if (fleet.sessions.length > 0) {
    await traffic.send(fleet.sessions);
    await drain(traffic, fleet.sessions);
  }
  const generator = judgeGenerator(traffic.lag, process.cpuUsage(cpuBefore), nowMs() - trafficAtMs);
  const lostSessions = countEnds(fleet.sessions);
  const endedAtMs = nowMs();
  await Promise.all(fleet.sessions.map((session) => session.close()));
  return {
    startedAtMs,
    endedAtMs,
    attempts: fleet.attempts,
    upgraded: fleet.sessions.length,
    upgradeFailures: fleet.upgradeFailures,
    sent: traffic.sent,
    echoed: traffic.echoed,
    unanswered: traffic.sent - traffic.echoed,
    corrupted: traffic.corrupted,
    lostSessions,
    latency: traffic.latency.encode(),
    handshake: fleet.handshake.encode(),
    generator,
  };
}

/** Waits for the echoes that are still on their way; a path that has lost its sessions owes none. */
async function drain(traffic: LoadTraffic, sessions: readonly ClientSession[]): Promise<void> {
  const untilMs = nowMs() + DRAIN_MS;
  while (traffic.echoed < traffic.sent && nowMs() < untilMs && sessions.some(({ wire }) => wire.end === null)) {
    await new Promise((resolve) => setTimeout(resolve, DRAIN_STEP_MS));
  }
}
