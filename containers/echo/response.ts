import { STATUS_CODES } from 'node:http';
import type { OriginBehaviour } from '../../harness/model/origin-protocol.ts';
import { acceptFor } from '../../harness/wire/handshake.ts';
import { type Header, headerValues, listMembers, type RequestHead } from '../../harness/wire/http-head.ts';

/** What the origin answers, as bytes. */

export interface Answer {
  readonly status: number;
  readonly body: string | Buffer;
  readonly headers?: readonly Header[];
  /** Say `Connection: close`. */
  readonly isLast: boolean;
  /** The answer to HEAD: the length of the body without the body. */
  readonly isHead?: boolean;
}

export function encodeAnswer({ status, body, headers = [], isLast, isHead = false }: Answer): Buffer {
  const bytes = Buffer.from(body);
  // RFC 9110 section 7.8: who sends Upgrade names it in Connection, in a 426 as well.
  const options = [headers.some(({ name }) => name === 'Upgrade') ? 'Upgrade' : null, isLast ? 'close' : 'keep-alive'];
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}`,
    ...headers.map(({ name, value }) => `${name}: ${value}`),
    `Connection: ${options.filter((option) => option !== null).join(', ')}`,
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${bytes.length}`,
  ];
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  return isHead ? head : Buffer.concat([head, bytes]);
}

/** The 101 to a right handshake: the first subprotocol that was offered, and the extension; null: none. */
export function encodeSwitch(head: RequestHead, extension: string | null = null): Buffer {
  const [protocol] = listMembers(head, 'Sec-WebSocket-Protocol');
  const lines = [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${acceptFor(headerValues(head, 'Sec-WebSocket-Key')[0] ?? '')}`,
    ...(protocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${protocol}`]),
    ...(extension === null ? [] : [`Sec-WebSocket-Extensions: ${extension}`]),
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

/** Why a handshake is treated otherwise than judged, in the origin's words. */
export function saysWhy(behaviour: Exclude<OriginBehaviour, { readonly kind: 'normal' }>): string {
  switch (behaviour.kind) {
    case 'reject':
      return `told to answer ${behaviour.status}`;
    case 'stall':
      return 'told to answer nothing';
    case 'close':
      return 'told to close';
    case 'reset':
      return 'told to reset';
  }
}
