import { Agent } from 'undici';
import { nowMs } from '../measure/clock.ts';
import { originOf } from './http-origin.ts';
import { ownFields } from './own-fields.ts';
import type { Endpoint, HttpReply, HttpRequest } from './protocol.ts';

const MAX_BODY_BYTES = 1_048_576;

type HttpCase = HttpRequest['cases'][number];
type HttpCaseReply = HttpReply['requests'][number];

/** Connections to an endpoint, at most so many at once, kept alive. */
export const agentFor = (endpoint: Endpoint, connections: number, connectMs: number): Agent =>
  new Agent({
    connections,
    connect: { rejectUnauthorized: endpoint.verify === true, servername: endpoint.serverName, timeout: Math.max(1, connectMs) },
  });

/** One request and its whole answer before the deadline (Unix milliseconds). Never rejects. */
export async function exchange(agent: Agent, endpoint: Endpoint, one: HttpCase, deadlineAtMs: number): Promise<HttpCaseReply> {
  const startedAtMs = nowMs();
  const signal = signalUntil(deadlineAtMs);
  let status: number | null = null;
  let error: string | null = null;
  let body: Buffer | null = null;
  try {
    const response = await agent.request({
      origin: originOf(endpoint),
      path: one.target,
      method: one.method,
      headers: { ...ownFields(endpoint), ...(one.bodyText === null ? {} : { 'content-type': 'text/plain; charset=utf-8' }) },
      body: one.bodyText,
      signal,
    });
    status = response.statusCode;
    body = await readAll(response.body);
  } catch (cause) {
    error = describeFailure(cause, deadlineAtMs - startedAtMs);
  }
  const bodyIntact = body !== null && (one.expectedBodyText === null || body.equals(Buffer.from(one.expectedBodyText)));
  const { caseId, method, target, expectedStatus } = one;
  return { caseId, method, target, startedAtMs, elapsedMs: nowMs() - startedAtMs, status, error, bodyIntact, expectedStatus };
}

/** Aborts at a time (Unix milliseconds). */
export const signalUntil = (atMs: number): AbortSignal => AbortSignal.timeout(Math.max(1, Math.floor(atMs - nowMs())));

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

/** Why an exchange broke, in one line. */
export function describeFailure(cause: unknown, allowedMs: number): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.name === 'TimeoutError') return `no answer within ${Math.round(allowedMs)} ms`;
  const code = 'code' in cause && typeof cause.code === 'string' ? `${cause.code}: ` : '';
  return `${code}${cause.message}`.slice(0, 500);
}
