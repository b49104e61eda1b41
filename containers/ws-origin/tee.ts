import type { Socket } from 'node:net';

export interface TeeObserver {
  readonly beforeRead: (chunk: Buffer) => void;
  /** The socket's own readers have had the chunk. */
  readonly afterRead: () => void;
  readonly beforeWrite: (chunk: Buffer) => void;
}

/**
 * Shows every byte that a socket reads and writes, in order, without taking part. A second `data` listener would not do: what
 * a parser hands back with `unshift` would be seen twice, and node:http reads past the stream until somebody listens.
 */
export function tee(socket: Socket, { beforeRead, afterRead, beforeWrite }: TeeObserver): void {
  const push = socket.push.bind(socket);
  socket.push = (chunk: unknown, encoding?: BufferEncoding) => {
    if (!Buffer.isBuffer(chunk)) return push(chunk, encoding);
    beforeRead(chunk);
    const wantsMore = push(chunk, encoding);
    afterRead();
    return wantsMore;
  };
  for (const name of ['write', 'end'] as const) {
    const original = socket[name].bind(socket) as (...args: readonly unknown[]) => unknown;
    const watched = (...args: readonly unknown[]): unknown => {
      const bytes = bytesOf(args[0], args[1]);
      if (bytes !== null && socket.writable) beforeWrite(bytes);
      return original(...args);
    };
    Object.assign(socket, { [name]: watched });
  }
}

/** Makes node:http leave its short cut (parser fed by the handle itself) for good. */
export function keepStreaming(socket: Socket): void {
  const nothing = (): void => undefined;
  socket.on('data', nothing).off('data', nothing);
}

function bytesOf(chunk: unknown, encoding: unknown): Buffer | null {
  if (chunk instanceof Uint8Array) return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  if (typeof chunk !== 'string') return null;
  return Buffer.from(chunk, typeof encoding === 'string' && Buffer.isEncoding(encoding) ? encoding : 'utf8');
}
