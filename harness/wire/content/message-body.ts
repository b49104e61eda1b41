import { headerValues, listMembers, type RequestHead, type ResponseHead } from '../http-head.ts';

/** How the end of a message's body is found; `length` in bytes. */
export type BodyPlan =
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked' | 'until-close' }
  | { readonly kind: 'unreadable'; readonly because: string };

const NO_BODY: BodyPlan = { kind: 'length', length: 0 };
const UNTIL_CLOSE: BodyPlan = { kind: 'until-close' };
/** 15 digits are exact in a number. */
const LENGTH = /^\d{1,15}$/;

/** RFC 9112 section 6.3 for a request. */
export const requestBody = (head: RequestHead): BodyPlan => framedBody(head) ?? NO_BODY;

/** RFC 9112 section 6.3 for the final answer to a request with this method; null: the request is not known. */
export function responseBody(head: ResponseHead, method: string | null): BodyPlan {
  if (method === 'HEAD' || head.status === 204 || head.status === 304 || head.status < 200) return NO_BODY;
  const plan = framedBody(head) ?? UNTIL_CLOSE;
  return plan.kind === 'unreadable' ? UNTIL_CLOSE : plan;
}

/** What Transfer-Encoding or Content-Length say; null when there is neither. */
function framedBody(head: RequestHead | ResponseHead): BodyPlan | null {
  const codings = listMembers(head, 'Transfer-Encoding');
  const last = codings.at(-1)?.toLowerCase();
  if (last === 'chunked') return { kind: 'chunked' };
  if (last !== undefined) return { kind: 'unreadable', because: 'a Transfer-Encoding that does not end in chunked' };
  if (headerValues(head, 'Content-Length').length === 0) return null;
  const lengths = new Set(listMembers(head, 'Content-Length'));
  const [length] = lengths;
  if (lengths.size !== 1 || length === undefined || !LENGTH.test(length)) {
    return { kind: 'unreadable', because: 'a Content-Length that is no number' };
  }
  return { kind: 'length', length: Number(length) };
}
