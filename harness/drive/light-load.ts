import type { Agent } from 'undici';
import { nowMs } from '../measure/clock.ts';
import type { HttpLoad } from '../model/evidence.ts';
import { exchange } from './http-exchange.ts';
import type { Endpoint, HttpRequest } from './protocol.ts';

/**
 * Plain HTTP load that costs this program little, for what is timed beside it: so many GETs, each connection with its next when the last was answered, until the
 * deadline (Unix milliseconds).
 */
export async function driveLightLoad(
  agent: Agent,
  endpoint: Endpoint,
  load: NonNullable<HttpRequest['load']>,
  deadlineAtMs: number,
): Promise<HttpLoad> {
  const startedAtMs = nowMs();
  const untilMs = Math.min(deadlineAtMs, startedAtMs + load.durationMs);
  const one = { caseId: 'load', method: 'GET', target: load.target, bodyText: null, expectedStatus: 200, expectedBodyText: null };
  const times: number[] = [];
  const seen = { non2xx: 0, errors: 0, timeouts: 0 };
  let begun = 0;
  const work = async (): Promise<void> => {
    while (begun < load.requests && nowMs() < untilMs) {
      begun += 1;
      // The last one may take as long as any: it began in time.
      const { status, error, elapsedMs } = await exchange(agent, endpoint, one, deadlineAtMs);
      times.push(elapsedMs);
      if (error !== null && nowMs() >= deadlineAtMs) seen.timeouts += 1;
      else if (error !== null) seen.errors += 1;
      else if (status === null || status < 200 || status > 299) seen.non2xx += 1;
    }
  };
  await Promise.all(Array.from({ length: load.connections }, work));
  const elapsedMs = nowMs() - startedAtMs;
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return {
    connections: load.connections,
    durationMs: elapsedMs,
    requests: times.length,
    requestsPerSecond: Math.round((times.length * 10_000) / Math.max(1, elapsedMs)) / 10,
    ...seen,
    latencyMs: { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) },
  };
}
