import { Agent } from 'undici';
import { nowMs } from '../measure/clock.ts';
import { originOf } from './http-origin.ts';
import type { Endpoint, HttpReply, HttpRequest } from './protocol.ts';

const MAX_BODY_BYTES = 1_048_576;

type HttpCase = HttpRequest['cases'][number];
type HttpCaseReply = HttpReply['requests'][number];

/** Single requests, one after the other, each on a connection of its own; then the load. All of it before the deadline. */
export async function driveHttp(request: HttpRequest): Promise<HttpReply> {
  const deadlineAtMs = nowMs() + request.deadlineMs;
  const requests: HttpCaseReply[] = [];
  for (const one of request.cases) requests.push(await exchange(request.endpoint, one, deadlineAtMs));
  if (request.load === null) return { requests, load: null };
  const { driveHttpLoad } = await import('./http-load.ts');
  return { requests, load: await driveHttpLoad(request, request.load, deadlineAtMs) };
}

async function exchange(endpoint: Endpoint, one: HttpCase, deadlineAtMs: number): Promise<HttpCaseReply> {
  const startedAtMs = nowMs();
  const signal = AbortSignal.timeout(Math.max(1, Math.floor(deadlineAtMs - startedAtMs)));
  const agent = new Agent({
    connections: 1,
    connect: { rejectUnauthorized: false, servername: endpoint.serverName, timeout: Math.max(1, deadlineAtMs - startedAtMs) },
  });
  let status: number | null = null;
  let error: string | null = null;
  let body: Buffer | null = null;
  try {
    const response = await agent.request({
      origin: originOf(endpoint),
      path: one.target,
      method: one.method,
      headers: { host: endpoint.hostHeader, ...(one.bodyText === null ? {} : { 'content-type': 'text/plain; charset=utf-8' }) },
      body: one.bodyText,
      signal,
    });
    status = response.statusCode;
    body = await readAll(response.body);
  } catch (cause) {
    error = describe(cause, deadlineAtMs - startedAtMs);
  } finally {
    await agent.destroy();
  }
  const bodyIntact = body !== null && (one.expectedBodyText === null || body.equals(Buffer.from(one.expectedBodyText)));
  const { caseId, method, target, expectedStatus } = one;
  return { caseId, method, target, startedAtMs, elapsedMs: nowMs() - startedAtMs, status, error, bodyIntact, expectedStatus };
}

async function readAll(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.length;
    if (size > MAX_BODY_BYTES) throw new Error(`a body over ${MAX_BODY_BYTES} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function describe(cause: unknown, allowedMs: number): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.name === 'TimeoutError') return `no answer within ${Math.round(allowedMs)} ms`;
  const code = 'code' in cause && typeof cause.code === 'string' ? `${cause.code}: ` : '';
  return `${code}${cause.message}`.slice(0, 500);
}
