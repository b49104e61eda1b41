import type { Contrast } from '../model/capture-analysis.ts';
import type { ExchangeSeen, HeaderSeen } from '../model/content-analysis.ts';

export type HeaderDifference = Contrast['headerDifferences'][number];

/** Fields that are of one request alone, or say when it was made: that they differ means nothing. */
const OF_ONE_REQUEST =
  /^(sec-websocket-key|date|if-modified-since|(x-)?(request|correlation|trace|amzn-trace|b3)-?(id|traceid|spanid)?|x-b3-.*|traceparent|tracestate|cf-ray|content-length)$/;
/** What `shownValue` leaves of a secret: two of them can not be compared. */
const SECRET = /^\[redacted, \d+ bytes\]$/;
/** Lists of tokens whose case and order mean nothing. */
const TOKENS = new Set(['connection', 'upgrade']);
/** What decides about an upgrade comes first. */
const ORDER = [
  'Upgrade',
  'Connection',
  'HTTP version',
  'method',
  'target',
  'query',
  'Host',
  'Origin',
  'Sec-WebSocket-Version',
  'Sec-WebSocket-Protocol',
  'Sec-WebSocket-Extensions',
  'Authorization',
  'Cookie',
].map((name) => name.toLowerCase());

/**
 * What differs between two requests, header by header; `HTTP version`, `method` and `target` (or `query`) stand for the parts of the request line. Names
 * compare without case. Keys, dates, request ids and the values of secrets are left out; that one has a secret and the other none is not.
 */
export function headerDifferences(accepted: ExchangeSeen, refused: ExchangeSeen): readonly HeaderDifference[] {
  const lines: readonly HeaderDifference[] = [
    { name: 'HTTP version', accepted: accepted.protocol, refused: refused.protocol },
    { name: 'method', accepted: accepted.method, refused: refused.method },
    { name: pathOf(accepted.target) === pathOf(refused.target) ? 'query' : 'target', accepted: accepted.target, refused: refused.target },
  ].filter((it) => it.accepted !== it.refused);
  const names = new Map([...accepted.headers, ...refused.headers].map(({ name }) => [name.toLowerCase(), name]));
  const fields = [...names]
    .filter(([key]) => !OF_ONE_REQUEST.test(key) && !key.startsWith(':'))
    .map(([key, name]) => ({ name, accepted: valueOf(accepted.headers, key), refused: valueOf(refused.headers, key) }))
    .filter((it) => !meanTheSame(it));
  const place = ({ name }: HeaderDifference): number => (ORDER.indexOf(name.toLowerCase()) + ORDER.length + 1) % (ORDER.length + 1);
  return [...lines, ...fields].toSorted((a, b) => place(a) - place(b));
}

export function valueOf(headers: readonly HeaderSeen[], key: string): string | null {
  const values = headers.filter(({ name }) => name.toLowerCase() === key).map(({ value }) => value);
  return values.length === 0 ? null : values.join(', ');
}

/** Queries hold what differs from user to user. */
export const pathOf = (target: string): string => target.split('?', 1)[0] ?? target;

/** Whether both requests were for the same path: that another target of a host is accepted proves little. */
export const isOfOneTarget = ({ headerDifferences }: Pick<Contrast, 'headerDifferences'>): boolean =>
  !headerDifferences.some(({ name }) => name === 'target');

function meanTheSame({ name, accepted, refused }: HeaderDifference): boolean {
  if (accepted === null || refused === null) return accepted === refused;
  if (SECRET.test(accepted) && SECRET.test(refused)) return true;
  return TOKENS.has(name.toLowerCase()) ? tokensOf(accepted) === tokensOf(refused) : accepted === refused;
}

const tokensOf = (value: string): string =>
  value
    .split(',')
    .map((token) => token.trim().toLowerCase())
    .toSorted()
    .join(',');
