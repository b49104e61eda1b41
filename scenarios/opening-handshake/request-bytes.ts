import type { HandshakeCase } from './handshake-case.ts';

/** The values of one attempt that a case's bytes are made with. */
export interface RequestValues {
  /** Request-target of the path, without the case's own suffix. */
  readonly target: string;
  readonly host: string;
  readonly key: string;
  /** Tells the attempts apart at the origin and in logs: `<path>.<case>`. */
  readonly tag: string;
  /** Value of the Authorization header; absent: there is none. */
  readonly authorization?: string | undefined;
}

/** A piece of a request, sent so many milliseconds after the one before. */
export interface Chunk {
  readonly base64: string;
  readonly delayMs: number;
}

/** Query parameter that carries the tag. Reports show targets without it. */
export const TAG_PARAMETER = 'hopscope';

/** The request-target of a case: the path's, the case's suffix, and the tag at the end of the query. */
export function taggedTarget(target: string, suffix: string, tag: string): string {
  const full = `${target}${suffix}`;
  return `${full}${full.includes('?') ? '&' : '?'}${TAG_PARAMETER}=${tag}`;
}

/** The request head of a case and what follows it, byte by byte as it goes out. */
export function requestBytes(handshake: HandshakeCase, values: RequestValues): { readonly head: Buffer; readonly body: Buffer } {
  const target = taggedTarget(values.target, handshake.targetSuffix ?? '', values.tag);
  const fill = (text: string): string =>
    text.replaceAll('{host}', values.host).replaceAll('{key}', values.key).replaceAll('{target}', target).replaceAll('{tag}', values.tag);
  const own = values.authorization === undefined ? [] : [`Authorization: ${values.authorization}`];
  const requestLine = handshake.requestLine ?? `${handshake.method ?? 'GET'} {target} ${handshake.version ?? 'HTTP/1.1'}`;
  const head = [requestLine, ...handshake.lines, ...own, '', ''].map(fill).join(handshake.lineEnd ?? '\r\n');
  return { head: Buffer.from(head, 'latin1'), body: Buffer.from(fill(handshake.body ?? ''), 'latin1') };
}

/** The request cut as the case says; `frame` is the first frame of the case that sends one at once. */
export function chunksOf(
  handshake: HandshakeCase,
  request: { readonly head: Buffer; readonly body: Buffer },
  frame: Buffer,
  segmentDelayMs: number,
): readonly Chunk[] {
  const { delivery = 'whole' } = handshake;
  const bytes = Buffer.concat([request.head, request.body]);
  if (delivery === 'whole') return [chunk(bytes)];
  if (delivery === 'with-first-frame') return [chunk(Buffer.concat([bytes, frame]))];
  // In the middle of a header line, where a reader that takes a line for a segment goes wrong.
  if (delivery === 'two-segments') return cutAt(bytes, Math.floor(bytes.length / 2), segmentDelayMs);
  if ('lastBytes' in delivery) return cutAt(bytes, bytes.length - delivery.lastBytes, delivery.afterMs);
  const pieces = Math.ceil(bytes.length / delivery.pieceBytes);
  return Array.from({ length: pieces }, (_, index) =>
    chunk(bytes.subarray(index * delivery.pieceBytes, (index + 1) * delivery.pieceBytes), index === 0 ? 0 : delivery.everyMs),
  );
}

const chunk = (bytes: Buffer, delayMs = 0): Chunk => ({ base64: bytes.toString('base64'), delayMs });
const cutAt = (bytes: Buffer, at: number, delayMs: number): readonly Chunk[] => [
  chunk(bytes.subarray(0, at)),
  chunk(bytes.subarray(at), delayMs),
];
