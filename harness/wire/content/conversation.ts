import type { StreamDirection } from '../tcp/label.ts';

/** Where the bytes that are being read came from. One object is filled again for every call: copy what is to be kept. */
export interface ByteOrigin {
  frame: number;
  /** Nanoseconds since the capture's `epochSeconds`. */
  timeNs: number;
}

/**
 * Reads both directions of one TCP stream, in order. Every reader of content is one of these: HTTP/1, WebSocket, TLS, HTTP/2. A reader must take
 * any bytes at all: it may stop reading, but it never throws and never holds more than a bounded number of them.
 */
export interface Conversation {
  /** The next bytes of a direction are `chunk[start, end)`. Valid only during the call. */
  bytes(direction: StreamDirection, chunk: Buffer, start: number, end: number, from: ByteOrigin): void;
  /** The next `count` bytes went over the wire and are not in the capture (cut by the snapshot length, or lost to it). */
  missing(direction: StreamDirection, count: number, from: ByteOrigin): void;
  /** Nothing more comes in this direction. */
  end(direction: StreamDirection, how: 'fin' | 'rst' | 'capture', from: ByteOrigin): void;
}
