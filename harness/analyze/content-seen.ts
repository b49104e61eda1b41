import type { ClosingEvent, StreamEnd, StreamSeen } from '../model/capture-analysis.ts';
import type { ExchangeSeen, HeaderSeen, ResponseSeen, TlsSeen, UpgradeSeen, WebSocketSeen } from '../model/content-analysis.ts';
import type { ContentFacts, ExchangeDraft, ResponseDraft, TlsDraft, WebSocketDraft } from '../wire/content/content-facts.ts';
import { type EndingAfter, judgeUpgrade } from '../wire/content/upgrade-outcome.ts';
import { type Header, headerValues } from '../wire/http-head.ts';
import { bounded, shownLine, shownTarget, shownValue } from '../wire/redact.ts';
import type { StreamDirection } from '../wire/tcp/label.ts';
import { unixMs } from './unix-ms.ts';

/** Which stream some content is of, and what the transport saw of its end. */
export interface StreamPlace {
  readonly capture: number;
  readonly stream: number;
  readonly a: string;
  readonly b: string;
  readonly epochSeconds: number;
  /** FIN and RST. */
  readonly closing: readonly ClosingEvent[];
}

export interface ContentSeen extends Pick<StreamSeen, 'exchanges' | 'exchangeCount' | 'webSocket' | 'tls'> {
  /** Close frames and close_notify. */
  readonly closing: readonly ClosingEvent[];
  readonly upgrades: readonly UpgradeSeen[];
}

const MAX_HEADERS = 100;
const MAX_NAME = 200;
/** Names of subprotocols are shorter; tokens that clients put there, because a browser sends nothing else, are longer. */
const MAX_SUBPROTOCOL = 48;
const URL_HEADERS = new Set(['location', 'content-location', 'referer', 'refresh', 'link']);

/** Puts what was read from a stream into the words of the analysis: no secrets, bounded, Unix time. */
export function contentSeen(facts: ContentFacts, place: StreamPlace): ContentSeen {
  const timeOf = (timeNs: number): number => unixMs(place.epochSeconds, timeNs);
  return {
    exchanges: facts.exchanges.map((draft) => exchangeSeen(draft, timeOf)),
    exchangeCount: facts.exchangeCount,
    webSocket: facts.webSocket === null ? null : webSocketSeen(facts.webSocket),
    tls: facts.tls === null ? null : tlsSeen(facts.tls),
    closing: facts.closings.map(({ kind, from, frame, timeNs, code, reason }) => ({
      kind,
      from: endOf(from),
      frame,
      atMs: timeOf(timeNs),
      code,
      reason,
    })),
    upgrades: facts.exchanges.filter(({ isUpgrade }) => isUpgrade).map((draft) => upgradeSeen(draft, facts, place, timeOf)),
  };
}

type TimeOf = (timeNs: number) => number;

const endOf = (direction: StreamDirection): StreamEnd => (direction === 0 ? 'a' : 'b');

function upgradeSeen(draft: ExchangeDraft, facts: ContentFacts, place: StreamPlace, timeOf: TimeOf): UpgradeSeen {
  const exchange = exchangeSeen(draft, timeOf);
  const endings = place.closing.filter(({ frame }) => frame > draft.frame).flatMap((event) => endingAfter(event, exchange.atMs));
  const { outcome, because, elapsedMs } = judgeUpgrade(draft, endings, facts.notes);
  const { frame, atMs, method, target, host, from } = exchange;
  return {
    capture: place.capture,
    stream: place.stream,
    ...{ frame, atMs, method, target, host, from },
    client: from === 'a' ? place.a : place.b,
    server: from === 'a' ? place.b : place.a,
    status: draft.response?.status ?? null,
    ...{ outcome, because },
    responseFrame: draft.response?.frame ?? null,
    elapsedMs,
    exchange,
  };
}

function endingAfter({ kind, from, atMs }: ClosingEvent, sinceMs: number): readonly EndingAfter[] {
  if (kind !== 'fin' && kind !== 'rst') return [];
  // Unix milliseconds in a number are good for a microsecond, not for more.
  return [{ kind, from: from === 'a' ? 0 : 1, afterMs: Math.round((atMs - sinceMs) * 1000) / 1000 }];
}

function exchangeSeen(draft: ExchangeDraft, timeOf: TimeOf): ExchangeSeen {
  const { protocol, from, frame, timeNs, method, target, headers, response } = draft;
  const host = headerValues(draft, 'Host')[0] ?? headerValues(draft, ':authority')[0];
  return {
    protocol,
    from: endOf(from),
    frame,
    atMs: timeOf(timeNs),
    method: bounded(method, MAX_NAME),
    target: shownTarget(target),
    host: host === undefined ? null : bounded(host, MAX_NAME),
    headers: headersSeen(headers),
    response: response === null ? null : responseSeen(response, timeOf),
  };
}

const responseSeen = ({ frame, timeNs, status, reason, headers, bodyStart }: ResponseDraft, timeOf: TimeOf): ResponseSeen => ({
  frame,
  atMs: timeOf(timeNs),
  status,
  reason: bounded(reason, MAX_NAME),
  headers: headersSeen(headers),
  bodyStart,
});

const headersSeen = (headers: readonly Header[]): readonly HeaderSeen[] =>
  headers.slice(0, MAX_HEADERS).map(({ name, value }) => ({ name: bounded(name, MAX_NAME), value: valueSeen(name.toLowerCase(), value) }));

function valueSeen(name: string, value: string): string {
  if (name === ':path') return shownTarget(value);
  if (name === 'sec-websocket-protocol') return subprotocolsSeen(value);
  return URL_HEADERS.has(name) ? shownLine(shownValue(name, value)) : shownValue(name, value);
}

const subprotocolsSeen = (list: string): string =>
  bounded(
    list.replace(/[^,\s]+/g, (member) => (member.length > MAX_SUBPROTOCOL ? `[redacted, ${String(member.length)} bytes]` : member)),
    1024,
  );

function webSocketSeen(draft: WebSocketDraft): WebSocketSeen {
  const { frames, byOpcode, messages, payloadBytes, extensions, subprotocol, compressedMessages, unreadable } = draft;
  return {
    frames,
    byOpcode: Object.fromEntries(byOpcode.flatMap((count, opcode) => (count === 0 ? [] : [[String(opcode), count] as const]))),
    messages: { aToB: messages[0], bToA: messages[1] },
    payloadBytes: { aToB: payloadBytes[0], bToA: payloadBytes[1] },
    extensions: extensions === null ? null : bounded(extensions, 1024),
    subprotocol: subprotocol === null ? null : subprotocolsSeen(subprotocol),
    compressedMessages,
    unreadable: unreadable.map(({ from, frame, because }) => ({ from: endOf(from), frame, because })),
  };
}

function tlsSeen(draft: TlsDraft): TlsSeen {
  const { serverName, alpnOffered, alpnChosen, version, cipher, alerts, decrypted, because } = draft;
  return {
    serverName: serverName === null ? null : bounded(serverName, 255),
    alpnOffered: alpnOffered.slice(0, MAX_HEADERS).map((name) => bounded(name, MAX_NAME)),
    alpnChosen: alpnChosen === null ? null : bounded(alpnChosen, MAX_NAME),
    ...{ version, cipher, decrypted, because },
    alerts: alerts.map(({ from, frame, level, description }) => ({ from: endOf(from), frame, level, description })),
  };
}
