import type { StreamDirection } from '../../tcp/label.ts';
import type { ByteOrigin } from '../conversation.ts';
import { UnitReader, type UnitMode, type UnitSink } from '../unit-reader.ts';
import { HANDSHAKE, HandshakeReader } from './handshake-reader.ts';
import { parseClientHello, parseEncryptedExtensions, parseServerHello } from './hello.ts';
import type { OpenedRecord } from './record-protection.ts';
import type { KeyPhase, TlsSession } from './tls-session.ts';
import type { TrafficKeys } from './traffic-keys.ts';

/** Takes what was decrypted. */
export interface PlaintextSink {
  plaintext(direction: StreamDirection, content: Buffer, from: ByteOrigin): void;
  plaintextMissing(direction: StreamDirection, count: number, from: ByteOrigin): void;
  /** A hello came: records that wait for keys may be read. */
  helloCame(): void;
}

/** A protected record that came before the hello it needs. */
interface HeldRecord {
  readonly header: Buffer;
  readonly body: Buffer;
  readonly from: ByteOrigin;
}

const CONTENT = { changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23, heartbeat: 24 } as const;
const HEADER_BYTES = 5;
/** RFC 5246 section 6.2.3; TLS 1.3 allows less. */
const MAX_BODY = 16_384 + 2048;
const MAX_HELD = 32_768;
const MAX_UNOPENED = 256;
const END_OF_EARLY_DATA_BYTES = 4;

/** Reads the TLS records of one direction (RFC 8446 section 5, RFC 5246 section 6). */
export class TlsDirection implements UnitSink {
  readonly reader = new UnitReader(HEADER_BYTES, this);
  readonly #direction: StreamDirection;
  readonly #session: TlsSession;
  readonly #sink: PlaintextSink;
  readonly #handshake: HandshakeReader;
  /** Of the record that is being read. */
  #isProtected = false;
  #hasChangedCipher = false;
  #phase: KeyPhase = 'handshake';
  #keys: TrafficKeys | null = null;
  #hasGap = false;
  #unopened = 0;
  #earlyBytes = 0;
  #held: HeldRecord[] = [];
  #heldBytes = 0;

  constructor(direction: StreamDirection, session: TlsSession, sink: PlaintextSink) {
    this.#direction = direction;
    this.#session = session;
    this.#sink = sink;
    this.#handshake = new HandshakeReader((type, body) => {
      this.#readMessage(type, body);
    });
  }

  bodyLength(header: Buffer): number {
    return ((header[3] ?? 0) << 8) | (header[4] ?? 0);
  }

  beginUnit(header: Buffer, from: ByteOrigin): UnitMode {
    const type = header[0] ?? 0;
    const length = this.bodyLength(header);
    if (type < CONTENT.changeCipherSpec || type > CONTENT.heartbeat || header[1] !== 3 || length > MAX_BODY) {
      this.#session.problem(`what ${this.#name} sent up to frame ${from.frame} is no TLS record`);
      return 'stop';
    }
    this.#isProtected = type === CONTENT.applicationData || (this.#hasChangedCipher && !this.#session.isTls13);
    if (this.#isProtected) return this.#keys !== null || this.#session.keyState !== 'unavailable' ? 'collect' : 'skip';
    if (type === CONTENT.handshake) return 'stream';
    return type === CONTENT.heartbeat ? 'skip' : 'collect';
  }

  unitBytes(chunk: Buffer, start: number, end: number): void {
    this.#handshake.bytes(chunk, start, end);
  }

  unitMissing(count: number): void {
    this.#handshake.missing(count);
  }

  endUnit(header: Buffer, body: Buffer | null, isWhole: boolean, from: ByteOrigin): void {
    const type = header[0] ?? 0;
    if (!this.#isProtected) {
      if (body !== null) this.#readContent(type, body, from);
    } else if (body !== null) this.#readProtected(header, body, from);
    else if (this.#keys !== null || this.#session.keyState !== 'unavailable') this.#passProtected(header, from);
    else if (type === CONTENT.alert && isWhole) this.#session.sealedAlert(this.#direction, from);
  }

  lostUnits(from: ByteOrigin): void {
    this.#session.problem(`a record header of ${this.#name} is not in the capture (frame ${from.frame})`);
    this.#handshake.flush();
  }

  end(): void {
    this.#handshake.flush();
  }

  /** Reads what waited for a hello. */
  readHeld(): void {
    if (this.#held.length === 0 || this.#session.keyState === 'awaited') return;
    const held = this.#held;
    this.#held = [];
    this.#heldBytes = 0;
    for (const { header, body, from } of held) {
      if (this.reader.isStopped) this.#sink.plaintextMissing(this.#direction, body.length, from);
      else this.#readProtected(header, body, from);
    }
  }

  get #name(): string {
    return this.#session.nameOf(this.#direction);
  }

  #readProtected(header: Buffer, body: Buffer, from: ByteOrigin): void {
    if (this.#keys === null) {
      const state = this.#session.keyState;
      if (state === 'awaited') this.#hold(header, body, from);
      if (state !== 'ready') return;
    }
    const opened = this.#open(header, body);
    if (opened !== null) this.#readOpened(opened, from);
    else if (!this.#mayPass(body)) this.#stop(body, from);
  }

  #hold(header: Buffer, body: Buffer, { frame, timeNs }: ByteOrigin): void {
    this.#heldBytes += HEADER_BYTES + body.length;
    if (this.#heldBytes <= MAX_HELD) this.#held.push({ header: Buffer.from(header), body: Buffer.from(body), from: { frame, timeNs } });
    else {
      this.#held = [];
      this.#session.problem(this.#session.progress);
      this.reader.isStopped = true;
    }
  }

  #open(header: Buffer, body: Buffer): OpenedRecord | null {
    this.#keys ??= this.#session.keysOf(this.#direction, this.#phase);
    const opened = this.#keys?.protection.open(header, body) ?? null;
    if (opened !== null || !this.#session.isTls13 || this.#phase === 'application') return opened;
    // The end of the handshake may be missing from the capture, or its secret from the key log.
    const next = this.#session.keysOf(this.#direction, 'application');
    const later = next?.protection.open(header, body) ?? null;
    if (later !== null) this.#enterApplication(next);
    return later;
  }

  /** Early data has keys of its own and is passed over, as a server does that rejects it (RFC 8446 section 4.2.10). */
  #mayPass(body: Buffer): boolean {
    if (!this.#session.isTls13 || this.#phase === 'application' || this.#unopened >= MAX_UNOPENED) return false;
    const isEarly = this.#session.offersEarlyData && this.#direction === this.#session.clientDirection;
    const hasLaterKeys = this.#session.keysOf(this.#direction, 'application') !== null;
    if (!isEarly && !(hasLaterKeys && (this.#hasGap || this.#keys === null))) return false;
    this.#unopened += 1;
    if (isEarly) this.#earlyBytes += this.#keys?.protection.contentLength(body.length) ?? 0;
    return true;
  }

  #stop(body: Buffer, from: ByteOrigin): void {
    const label = this.#session.labelOf(this.#direction, this.#phase);
    if (this.#keys === null) this.#session.problem(`the key log has no ${label} of this connection`);
    else
      this.#session.problem(
        `the record of ${this.#name} that ends in frame ${from.frame} does not authenticate with the secret of the key log`,
      );
    this.reader.isStopped = true;
    this.#sink.plaintextMissing(this.#direction, body.length, from);
  }

  #passProtected(header: Buffer, from: ByteOrigin): void {
    if (this.#keys === null && this.#session.keyState !== 'ready') return;
    this.#keys ??= this.#session.keysOf(this.#direction, this.#phase);
    this.#hasGap = true;
    this.#keys?.protection.pass();
    this.#handshake.reset();
    const isData = header[0] === CONTENT.applicationData && (!this.#session.isTls13 || this.#phase === 'application');
    const count = this.#keys?.protection.contentLength(this.bodyLength(header)) ?? 0;
    if (isData && count > 0) this.#sink.plaintextMissing(this.#direction, count, from);
  }

  #readOpened({ type, content }: OpenedRecord, from: ByteOrigin): void {
    if (type === CONTENT.applicationData) {
      this.#session.opensData();
      if (this.#session.acceptsEarlyData && this.#earlyBytes > END_OF_EARLY_DATA_BYTES)
        this.#sink.plaintextMissing(this.#direction, this.#earlyBytes - END_OF_EARLY_DATA_BYTES, from);
      this.#earlyBytes = 0;
      if (content.length > 0) this.#sink.plaintext(this.#direction, content, from);
    } else if (type === CONTENT.handshake) this.#handshake.bytes(content, 0, content.length);
    else this.#readContent(type, content, from);
  }

  #readContent(type: number, content: Buffer, from: ByteOrigin): void {
    if (type === CONTENT.alert && content.length === 2) this.#session.alert(this.#direction, content[0] ?? 0, content[1] ?? 0, from);
    else if (type === CONTENT.alert) this.#session.sealedAlert(this.#direction, from);
    // TLS 1.3 sends this for the sake of middleboxes only, and always in the clear (RFC 8446 appendix D.4).
    if (type !== CONTENT.changeCipherSpec || this.#session.isTls13) return;
    this.#hasChangedCipher = true;
    this.#keys = null;
    this.#handshake.reset();
  }

  #readMessage(type: number, body: Buffer): void {
    const isSealed = this.#keys !== null && this.#session.isTls13;
    if (type === HANDSHAKE.clientHello && !isSealed) {
      const hello = parseClientHello(body);
      if (hello !== null) this.#session.clientHello(this.#direction, hello);
      this.#sink.helloCame();
    } else if (type === HANDSHAKE.serverHello && !isSealed) {
      const hello = parseServerHello(body);
      if (hello !== null) this.#session.serverHello(this.#direction, hello);
      this.#sink.helloCame();
    } else if (type === HANDSHAKE.encryptedExtensions && isSealed) {
      const { alpn, acceptsEarlyData } = parseEncryptedExtensions(body);
      this.#session.draft.alpnChosen = alpn;
      this.#session.acceptsEarlyData = acceptsEarlyData;
    } else if (type === HANDSHAKE.finished && isSealed && this.#phase === 'handshake') this.#enterApplication(null);
    else if (type === HANDSHAKE.keyUpdate && isSealed && this.#phase === 'application' && this.#keys !== null)
      this.#keys = this.#session.updated(this.#keys);
  }

  #enterApplication(keys: TrafficKeys | null): void {
    this.#phase = 'application';
    this.#keys = keys;
    this.#handshake.reset();
  }
}
