import type { HandshakeEvidence, OriginConnection, TimedBytes } from '../model/evidence.ts';
import { hasToken, headerValues, parseRequestHead, parseResponseHead } from '../wire/http-head.ts';
import type { RequestHead, ResponseHead } from '../wire/http-head.ts';

/**
 * One attempt at the four points where its bytes were recorded. Null: nothing that reads as HTTP was seen there.
 * `originSaw`: `nothing` reached the origin, or a whole request `head`, or bytes that are `unreadable` as one.
 */
export interface HandshakeView {
  readonly sent: RequestHead | null;
  readonly originSaw: 'nothing' | 'unreadable' | 'head';
  readonly originReceived: RequestHead | null;
  readonly originSent: ResponseHead | null;
  readonly clientReceived: ResponseHead | null;
  readonly origin: OriginConnection | null;
  /** Bytes that reached the origin after the request head. */
  readonly afterHeadAtOrigin: number;
}

/** Clocks of two processes on one machine differ by less. */
const CLOCK_SLACK_MS = 250;

/** Reads the four heads of an attempt. Never throws: what cannot be read is null. */
export function viewHandshake(evidence: HandshakeEvidence): HandshakeView {
  const sent = requestIn(evidence.client.sent);
  const readings = evidence.origin.map((origin) => readOrigin(origin, evidence)).filter((reading) => reading.bytes > 0);
  const reading = chooseReading(readings, sent);
  return {
    sent,
    originSaw: reading === null ? 'nothing' : reading.request === null ? 'unreadable' : 'head',
    originReceived: reading?.request ?? null,
    originSent: reading?.response ?? null,
    clientReceived: responseIn(evidence.client.received),
    origin: reading?.origin ?? null,
    afterHeadAtOrigin: reading === null || reading.request === null ? 0 : Math.max(0, reading.bytes - reading.request.byteLength),
  };
}

/** RFC 6455 section 4.1: a GET of HTTP/1.1 or higher that lists `websocket` in Upgrade and `Upgrade` in Connection. */
export const isUpgradeAttempt = (head: RequestHead): boolean =>
  head.method === 'GET' && head.version >= 'HTTP/1.1' && hasToken(head, 'Upgrade', 'websocket') && hasToken(head, 'Connection', 'upgrade');

interface OriginReading {
  readonly origin: OriginConnection;
  readonly bytes: number;
  readonly request: RequestHead | null;
  readonly response: ResponseHead | null;
}

/** A proxy may reuse a connection of an earlier attempt: then only what came in this attempt's time counts. */
function readOrigin(origin: OriginConnection, { startedAtMs, endedAtMs }: HandshakeEvidence): OriginReading {
  const isReused = origin.acceptedAtMs < startedAtMs - CLOCK_SLACK_MS;
  const inTime = ({ atMs }: TimedBytes): boolean =>
    !isReused || (atMs >= startedAtMs - CLOCK_SLACK_MS && atMs <= endedAtMs + CLOCK_SLACK_MS);
  const received = origin.received.filter(inTime);
  return {
    origin,
    bytes: joined(received).length,
    request: requestIn(received),
    response: responseIn(origin.sent.filter(inTime)),
  };
}

/** Of several connections (a retry, a health check) the one that carries this attempt's key, else the first with a whole head. */
function chooseReading(readings: readonly OriginReading[], sent: RequestHead | null): OriginReading | null {
  const keys = sent === null ? [] : headerValues(sent, 'Sec-WebSocket-Key');
  const sameKey = readings.find(
    ({ request }) => request !== null && headerValues(request, 'Sec-WebSocket-Key').some((key) => keys.includes(key)),
  );
  return sameKey ?? readings.find(({ request }) => request !== null) ?? readings[0] ?? null;
}

const joined = (bytes: readonly TimedBytes[]): Buffer => Buffer.concat(bytes.map(({ base64 }) => Buffer.from(base64, 'base64')));

function requestIn(bytes: readonly TimedBytes[]): RequestHead | null {
  const result = parseRequestHead(joined(bytes));
  return result.kind === 'complete' ? result.head : null;
}

function responseIn(bytes: readonly TimedBytes[]): ResponseHead | null {
  const result = parseResponseHead(joined(bytes));
  return result.kind === 'complete' ? result.head : null;
}
