import autocannon from 'autocannon';
import { nowMs } from '../measure/clock.ts';
import type { HttpLoad } from '../model/evidence.ts';
import { originOf } from './http-origin.ts';
import { ownFields } from './own-fields.ts';
import type { HttpRequest } from './protocol.ts';

/** Plain HTTP load with autocannon, at the longest until the deadline (Unix milliseconds). */
export async function driveHttpLoad(
  { endpoint }: HttpRequest,
  load: NonNullable<HttpRequest['load']>,
  deadlineAtMs: number,
): Promise<HttpLoad> {
  const durationMs = Math.max(1, Math.min(load.durationMs, deadlineAtMs - nowMs()));
  const instance = autocannon({
    url: `${originOf(endpoint)}${load.target}`,
    // autocannon wants at least one request for each connection.
    connections: Math.min(load.connections, load.requests),
    amount: load.requests,
    sampleInt: 100,
    timeout: Math.max(1, Math.ceil(durationMs / 1000)),
    headers: ownFields(endpoint),
    ...(endpoint.tls ? { servername: endpoint.serverName, tlsOptions: { rejectUnauthorized: false } } : {}),
  });
  const startedAtMs = nowMs();
  const stopper = setTimeout(() => instance.stop(), durationMs);
  const result = await instance;
  clearTimeout(stopper);
  const elapsedMs = nowMs() - startedAtMs;
  const { p50, p90, p99, max } = result.latency;
  return {
    connections: load.connections,
    durationMs: elapsedMs,
    requests: result.requests.total,
    requestsPerSecond: Math.round((result.requests.total * 10_000) / elapsedMs) / 10,
    non2xx: result.non2xx,
    errors: result.errors,
    timeouts: result.timeouts,
    latencyMs: { p50, p90, p99, max },
  };
}
