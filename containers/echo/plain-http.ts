import { ORIGIN_ECHO_TARGET, ORIGIN_PAGES } from '../../harness/model/origin-protocol.ts';
import { hasToken, type RequestHead } from '../../harness/wire/http-head.ts';
import type { Answer } from './response.ts';

/** The path of a request-target, in origin or absolute form (RFC 9112 section 3.2), without the query. */
export function pathOf(target: string): string {
  const [path = ''] = target.replace(/^https?:\/\/[^/?]*/i, '').split('?');
  return path === '' ? '/' : path;
}

/** What a request that is no upgrade attempt gets. */
export function answerPlain(head: RequestHead, body: Buffer): Answer {
  const isLast = head.version === 'HTTP/1.0' ? !hasToken(head, 'Connection', 'keep-alive') : hasToken(head, 'Connection', 'close');
  const path = pathOf(head.target);
  if (head.method === 'POST' && path === ORIGIN_ECHO_TARGET) return { status: 200, body, isLast };
  const isHead = head.method === 'HEAD';
  const page = (isHead || head.method === 'GET') && Object.hasOwn(ORIGIN_PAGES, path) ? ORIGIN_PAGES[path] : undefined;
  return page === undefined ? { status: 404, body: 'not found\n', isLast, isHead } : { status: 200, body: page, isLast, isHead };
}
