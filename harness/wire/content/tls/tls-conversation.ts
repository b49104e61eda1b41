import type { StreamDirection } from '../../tcp/label.ts';
import type { ContentFacts, KeyLog } from '../content-facts.ts';
import type { ByteOrigin, Conversation } from '../conversation.ts';
import { type PlaintextSink, TlsDirection } from './tls-direction.ts';
import { TlsSession } from './tls-session.ts';

/**
 * Reads a TLS connection into `facts.tls`: the hellos and the alerts that are in the clear, and, with a key log that knows the connection,
 * what was said under AES-GCM or ChaCha20-Poly1305 (TLS 1.2 and 1.3). Decrypted application data goes to the conversation that `openPlain`
 * gives, which is asked once, with the application protocol that was agreed on, or null. Early data (0-RTT) is not decrypted; it is
 * missing data to that conversation.
 */
export class TlsConversation implements Conversation, PlaintextSink {
  readonly #directions: readonly [TlsDirection, TlsDirection];
  readonly #session: TlsSession;
  readonly #openPlain: (alpn: string | null) => Conversation;
  #plain: Conversation | null = null;
  /** Content that was missing before there was anything to tell of it. */
  readonly #missingBefore: [number, number] = [0, 0];
  readonly #ended: ['fin' | 'rst' | 'capture' | null, 'fin' | 'rst' | 'capture' | null] = [null, null];

  constructor(facts: ContentFacts, keyLog: KeyLog | null, openPlain: (alpn: string | null) => Conversation) {
    this.#session = new TlsSession(facts, keyLog);
    this.#directions = [new TlsDirection(0, this.#session, this), new TlsDirection(1, this.#session, this)];
    this.#openPlain = openPlain;
  }

  bytes(direction: StreamDirection, chunk: Buffer, start: number, end: number, from: ByteOrigin): void {
    const at = this.#directions[direction].reader.read(chunk, start, end, from);
    if (at < end) this.plaintextMissing(direction, end - at, from);
  }

  missing(direction: StreamDirection, count: number, from: ByteOrigin): void {
    const { reader } = this.#directions[direction];
    reader.missing(count, from);
    if (reader.isStopped) this.plaintextMissing(direction, count, from);
  }

  end(direction: StreamDirection, how: 'fin' | 'rst' | 'capture', from: ByteOrigin): void {
    this.#directions[direction].end();
    this.#ended[direction] = how;
    this.#plain?.end(direction, how, from);
  }

  plaintext(direction: StreamDirection, content: Buffer, from: ByteOrigin): void {
    const plain = this.#opened(from);
    plain.bytes(direction, content, 0, content.length, from);
  }

  plaintextMissing(direction: StreamDirection, count: number, from: ByteOrigin): void {
    if (this.#plain === null) this.#missingBefore[direction] += count;
    else this.#plain.missing(direction, count, from);
  }

  helloCame(): void {
    for (const direction of this.#directions) direction.readHeld();
  }

  #opened(from: ByteOrigin): Conversation {
    if (this.#plain !== null) return this.#plain;
    const plain = this.#openPlain(this.#session.draft.alpnChosen);
    this.#plain = plain;
    for (const direction of [0, 1] as const) {
      if (this.#missingBefore[direction] > 0) plain.missing(direction, this.#missingBefore[direction], from);
      const how = this.#ended[direction];
      if (how !== null) plain.end(direction, how, from);
    }
    return plain;
  }
}
