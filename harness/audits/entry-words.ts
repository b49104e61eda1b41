import type { HandshakeEvidence } from '../model/evidence.ts';
import type { HandshakeOutcome } from '../model/outcome.ts';
import { headerValues, parseResponseHead, type ResponseHead } from '../wire/http-head.ts';
import { bounded, shownTarget, shownValue } from '../wire/redact.ts';

/* Words about an entry outside any lab, of which nothing but the client's end was seen. */

/** OpenSSL names what the other end said by its protocol, and what it found itself without one. */
const ALERT = /^ERR_SSL_(?:TLSV1\w*?|SSLV3)_/;

/** What Node and OpenSSL call it, and what it says of the entry. */
const CONNECT_WORDS: readonly (readonly [RegExp, string])[] = [
  [/^(?:ENOTFOUND|EAI_AGAIN)$/, 'its name was not resolved'],
  [/^ECONNREFUSED$/, 'nothing listens there, or something refuses the connection (RST)'],
  [/^E(?:HOST|NET)UNREACH$/, 'there is no route to it'],
  [/^CERT_HAS_EXPIRED$/, 'its certificate has expired'],
  [/^CERT_NOT_YET_VALID$/, 'its certificate is not valid yet'],
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, 'its certificate is for other names'],
  [/^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN)$/, 'its certificate is signed by itself'],
  [
    /^UNABLE_TO_(?:VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT\w*)$/,
    'the issuer of its certificate is not known here, or an intermediate certificate is missing',
  ],
  [/^ERR_SSL_\w+_UNRECOGNIZED_NAME$/, 'it has no certificate for this name, and said so with a TLS alert'],
  [/^ERR_SSL_\w+_CERTIFICATE_REQUIRED$/, 'it asks its clients for a certificate, and said so with a TLS alert'],
  [ALERT, 'it ended the TLS handshake with an alert'],
  [/^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST)$/, 'what answers there speaks no TLS'],
];

const CERTIFICATE = /CERT|^UNABLE_TO_/;

/** Whether the certificate was the reason, which a client proves by itself. */
export const isCertificate = (outcome: HandshakeOutcome): boolean => outcome.kind === 'connect-failed' && CERTIFICATE.test(outcome.code);

/** Whether a TLS alert was the reason, likewise. */
export const isAlert = (outcome: HandshakeOutcome): boolean => outcome.kind === 'connect-failed' && ALERT.test(outcome.code);

/** What a client saw of an attempt: `answered 403 Forbidden`. */
export function outcomeWords(outcome: HandshakeOutcome): string {
  switch (outcome.kind) {
    case 'upgraded':
      return 'opened';
    case 'rejected':
      return `answered ${`${String(outcome.status)} ${bounded(outcome.reason, 60)}`.trimEnd()}`;
    case 'wrong-accept':
      return 'answered 101 with a wrong Sec-WebSocket-Accept';
    case 'malformed-response':
      return `answered what is no right answer (${bounded(outcome.detail, 120)})`;
    case 'closed':
      return `ended without an answer after ${inTime(outcome.afterMs)} (FIN)`;
    case 'reset':
      return `reset without an answer after ${inTime(outcome.afterMs)} (RST)`;
    case 'timeout':
      return `not answered within ${inTime(outcome.waitedMs)} (${WAITED_FOR[outcome.waitingFor]})`;
    case 'connect-failed':
      return `not connected: ${CONNECT_WORDS.find(([code]) => code.test(outcome.code))?.[1] ?? 'the connection failed'} (${outcome.code})`;
  }
}

const WAITED_FOR = {
  connect: 'no TCP connection',
  tls: 'no end of the TLS handshake',
  response: 'connected, and no whole answer',
} as const;

export const inTime = (ms: number): string =>
  ms >= 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${ms >= 100 ? String(Math.round(ms)) : ms.toFixed(1)} ms`;

/** The head of the answer that a client received; null when none was whole. */
export function answerOf({ client }: HandshakeEvidence): ResponseHead | null {
  const read = parseResponseHead(Buffer.concat(client.received.map(({ base64 }) => Buffer.from(base64, 'base64'))));
  return read.kind === 'complete' ? read.head : null;
}

/** What an answer says of who made it, which anybody may write there: a hint, and never a blame. */
export function whoAnswers(head: ResponseHead | null): string | null {
  if (head === null) return null;
  const said = ['Server', 'Via', 'X-Cache'].flatMap((name) =>
    headerValues(head, name).map((value) => `${name}: ${bounded(shownValue(name, value), 80)}`),
  );
  return said.length === 0 ? null : said.slice(0, 4).join(', ');
}

/** Where a redirect leads, without the values of its query. */
export function redirectOf(head: ResponseHead | null): string {
  const [location] = head !== null && head.status >= 300 && head.status < 400 ? headerValues(head, 'Location') : [];
  return location === undefined ? '' : ` to ${shownTarget(location)}`;
}
