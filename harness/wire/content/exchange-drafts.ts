import type { RequestHead, ResponseHead } from '../http-head.ts';
import type { StreamDirection } from '../tcp/label.ts';
import type { ByteBudget } from './content-budget.ts';
import type { ContentFacts, ContentNote, ExchangeDraft, ResponseDraft } from './content-facts.ts';
import type { ByteOrigin } from './conversation.ts';
import { isWebSocketAttempt } from './websocket-attempt.ts';

const MAX_EXCHANGES = 50;
const MAX_UPGRADES = 200;
const MAX_NOTES = 20;
/** What a header costs beside its bytes. */
const HEADER_OVERHEAD = 100;

export function exchangeOf(head: RequestHead, from: StreamDirection, { frame, timeNs }: ByteOrigin): ExchangeDraft {
  const { method, target, headers } = head;
  const protocol = head.version === 'HTTP/1.0' ? 'HTTP/1.0' : 'HTTP/1.1';
  return { protocol, from, frame, timeNs, method, target, headers, isUpgrade: isWebSocketAttempt(head), response: null };
}

export function responseOf(head: ResponseHead, { frame, timeNs }: ByteOrigin): ResponseDraft {
  const { status, reason, headers, version } = head;
  return { frame, timeNs, status, reason, headers, bodyStart: '', version };
}

/** Counts an exchange, and keeps it when it is one of the first 50, or one of the first 200 upgrades, and there is room for its head. */
export function addExchange(facts: ContentFacts, exchange: ExchangeDraft, heads: ByteBudget, byteLength: number): void {
  facts.exchangeCount += 1;
  const { exchanges } = facts;
  const isWanted = exchange.isUpgrade
    ? exchanges.filter(({ isUpgrade }) => isUpgrade).length < MAX_UPGRADES
    : exchanges.length < MAX_EXCHANGES;
  if (!isWanted || !heads.take(headCost(byteLength, exchange.headers.length))) return;
  exchanges.push(exchange);
}

/** What a head that is kept is charged with. */
export const headCost = (byteLength: number, headers: number): number => byteLength + headers * HEADER_OVERHEAD;

export function addNote(facts: ContentFacts, note: ContentNote): void {
  if (facts.notes.length < MAX_NOTES) facts.notes.push(note);
}
