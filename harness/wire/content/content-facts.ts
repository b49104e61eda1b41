import type { Header } from '../http-head.ts';
import type { StreamDirection } from '../tcp/label.ts';

/*
 * What the readers of one stream's content note down while it goes by. Mutable and shared by the readers of that stream; bytes are as on the wire, so
 * secrets are in here and must not be printed from here.
 */

/** Something that could not be read, or that is odd without harm. */
export interface ContentNote {
  from: StreamDirection;
  frame: number;
  /** `unreadable`: HTTP heads of this direction are not read from here on, or not up to the next one that can be recognised. */
  kind: 'unreadable' | 'odd';
  because: string;
}

export interface ResponseDraft {
  frame: number;
  timeNs: number;
  status: number;
  reason: string;
  headers: readonly Header[];
  /** First 200 bytes of the body as latin1; filled while they come. */
  bodyStart: string;
  /** `HTTP/1.0`; absent: that of the request. */
  version?: string;
  /** The capture has only the first lines of the head. */
  isCut?: boolean;
}

export interface ExchangeDraft {
  protocol: 'HTTP/1.0' | 'HTTP/1.1' | 'HTTP/2';
  from: StreamDirection;
  frame: number;
  timeNs: number;
  method: string;
  target: string;
  headers: readonly Header[];
  /** RFC 6455 or RFC 8441 opening handshake, or an attempt at one. */
  isUpgrade: boolean;
  response: ResponseDraft | null;
  /** HTTP/2: RST_STREAM instead of an answer, or in the life of a WebSocket. `error` is a name: `REFUSED_STREAM`. */
  reset?: { from: StreamDirection; frame: number; timeNs: number; error: string };
  /** The capture has only the first lines of the head. */
  isCut?: boolean;
}

/** A Close frame or a TLS close_notify. FIN and RST are the transport's. */
export interface ContentClosing {
  kind: 'close-frame' | 'close-notify';
  from: StreamDirection;
  frame: number;
  timeNs: number;
  code: number | null;
  reason: string;
}

export interface WebSocketDraft {
  frames: number;
  /** Index is the opcode, 0 to 15. */
  byOpcode: number[];
  messages: [number, number];
  payloadBytes: [number, number];
  extensions: string | null;
  subprotocol: string | null;
  compressedMessages: number;
  unreadable: { from: StreamDirection; frame: number; because: string }[];
}

export interface TlsDraft {
  serverName: string | null;
  alpnOffered: readonly string[];
  alpnChosen: string | null;
  version: string | null;
  cipher: string | null;
  alerts: { from: StreamDirection; frame: number; level: string; description: string }[];
  decrypted: boolean;
  because: string | null;
}

export interface ContentFacts {
  /** The first 50, and every upgrade attempt up to 200. */
  readonly exchanges: ExchangeDraft[];
  /** All of them. */
  exchangeCount: number;
  readonly closings: ContentClosing[];
  webSocket: WebSocketDraft | null;
  tls: TlsDraft | null;
  /** The first 20. */
  readonly notes: ContentNote[];
}

export const newContentFacts = (): ContentFacts => ({
  exchanges: [],
  exchangeCount: 0,
  closings: [],
  webSocket: null,
  tls: null,
  notes: [],
});

export const newWebSocketDraft = (): WebSocketDraft => ({
  frames: 0,
  byOpcode: Array.from({ length: 16 }, () => 0),
  messages: [0, 0],
  payloadBytes: [0, 0],
  extensions: null,
  subprotocol: null,
  compressedMessages: 0,
  unreadable: [],
});

/** TLS secrets of a key log (NSS format), by client random in hex. */
export interface KeyLog {
  /** Label (`CLIENT_RANDOM`, `CLIENT_TRAFFIC_SECRET_0` ...) to secret; undefined when the log does not know this connection. */
  secretsOf(clientRandomHex: string): ReadonlyMap<string, Buffer> | undefined;
}
