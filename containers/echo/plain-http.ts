import { ORIGIN_ECHO_TARGET, ORIGIN_PAGES } from '../../harness/model/origin-protocol.ts';
import { hasToken, type RequestHead } from '../../harness/wire/http-head.ts';
import type { Answer } from './response.ts';

/** The path of a request-target, in origin or absolute form (RFC 9112 section 3.2), without the query. */
export function pathOf(target: string): string {
  const [path = ''] = target.replace(/^https?:\/\/[^/?]*/i, '').split('?');
  return path === '' ? '/' : path;
}

/** Whether the connection ends with the answer to this request (RFC 9112 section 9.3). */
export const isLastOf = (head: RequestHead): boolean =>
  head.version === 'HTTP/1.0' ? !hasToken(head, 'Connection', 'keep-alive') : hasToken(head, 'Connection', 'close');

/** The answer to targets that do not exist. */
type OtherPage = Pick<Answer, 'status' | 'body'>;
const NOT_FOUND: OtherPage = { status: 404, body: 'not found\n' };
/** What satisfies health checks. */
export const TRUE_PAGE: OtherPage = { status: 200, body: 'true\n' };

/** What a request that is no upgrade attempt gets; `other`: where there is no such target. */
export function answerPlain(head: RequestHead, body: Buffer, other: OtherPage = NOT_FOUND): Answer {
  const isLast = isLastOf(head);
  const path = pathOf(head.target);
  if (head.method === 'POST' && path === ORIGIN_ECHO_TARGET) return { status: 200, body, isLast };
  const isHead = head.method === 'HEAD';
  const page = (isHead || head.method === 'GET') && Object.hasOwn(ORIGIN_PAGES, path) ? ORIGIN_PAGES[path] : undefined;
  // What is sent after the answer to CONNECT is for somebody else (RFC 9110 section 9.3.6).
  if (page === undefined) return { ...(head.method === 'CONNECT' ? NOT_FOUND : other), isLast, isHead };
  return { status: 200, body: page, isLast, isHead };
}
