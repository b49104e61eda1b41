import { hasToken, headerValues, parseResponseHead } from '../wire/http-head.ts';
import type { ResponseHead } from '../wire/http-head.ts';

/** A final answer as one end of a connection sent or got it. */
export interface AnswerSeen {
  readonly head: ResponseHead;
  /** Content without its framing; of a 101 nothing, what follows that is another protocol. */
  readonly body: Buffer;
  /** False when the body is known to have more bytes than these. */
  readonly isWhole: boolean;
}

/** The first final answer in these bytes, behind any interim ones (RFC 9110 section 15.2); null when there is no whole head. */
export function answerIn(bytes: Buffer): AnswerSeen | null {
  let rest = bytes;
  for (;;) {
    const result = parseResponseHead(rest);
    if (result.kind !== 'complete') return null;
    rest = rest.subarray(result.head.byteLength);
    const { status } = result.head;
    if (status >= 200 || status === 101) return { head: result.head, ...contentOf(result.head, rest) };
  }
}

type Content = Pick<AnswerSeen, 'body' | 'isWhole'>;
const NO_CONTENT = { body: Buffer.alloc(0), isWhole: true } as const;

/** RFC 9112 section 6.3: no body by status, chunked, by length, or until the end of the connection. */
function contentOf(head: ResponseHead, bytes: Buffer): Content {
  if (head.status === 101 || head.status === 204 || head.status === 304) return NO_CONTENT;
  if (hasToken(head, 'Transfer-Encoding', 'chunked')) return unchunked(bytes);
  const [length] = headerValues(head, 'Content-Length');
  if (length === undefined) return { body: bytes, isWhole: true };
  const expected = Number(length);
  return { body: bytes.subarray(0, expected), isWhole: bytes.length >= expected };
}

function unchunked(bytes: Buffer): Content {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    const size = lineEnd < 0 ? Number.NaN : Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    if (size === 0 || Number.isNaN(size)) return { body: Buffer.concat(chunks), isWhole: size === 0 };
    chunks.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
    if (at > bytes.length) return { body: Buffer.concat(chunks), isWhole: false };
  }
}
