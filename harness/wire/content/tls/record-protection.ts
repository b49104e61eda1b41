import { createDecipheriv } from 'node:crypto';
import type { RecordCipher } from './cipher-suites.ts';

/** What was inside a protected record. */
export interface OpenedRecord {
  readonly type: number;
  readonly content: Buffer;
}

const TAG_BYTES = 16;
const EXPLICIT_NONCE_BYTES = 8;
const NONCE_BYTES = 12;
/** A sequence number has 64 bits; this is where its upper half begins. */
const UPPER = 0x1_0000_0000;

/** Opens the records of one direction under one key. It counts them, so each must be given to it, in order. */
export class RecordProtection {
  readonly #algorithm: RecordCipher['algorithm'];
  readonly #key: Buffer;
  readonly #iv: Buffer;
  readonly #isTls13: boolean;
  readonly #explicitBytes: number;
  #sequence = 0;

  constructor(algorithm: RecordCipher['algorithm'], key: Buffer, iv: Buffer, version: 'TLS 1.2' | 'TLS 1.3') {
    this.#algorithm = algorithm;
    this.#key = key;
    this.#iv = iv;
    this.#isTls13 = version === 'TLS 1.3';
    this.#explicitBytes = iv.length < NONCE_BYTES ? EXPLICIT_NONCE_BYTES : 0;
  }

  /** The length of the content of a record with a body of `bodyLength` bytes; at most, for TLS 1.3, whose records may be padded. */
  contentLength(bodyLength: number): number {
    return Math.max(0, bodyLength - TAG_BYTES - (this.#isTls13 ? 1 : this.#explicitBytes));
  }

  /** Null: it does not authenticate, and is not counted. `header` is the record's, 5 bytes. */
  open(header: Buffer, body: Buffer): OpenedRecord | null {
    const length = body.length - TAG_BYTES - this.#explicitBytes;
    if (length < 0) return null;
    const content = this.#decrypt(this.#nonce(body), this.#additionalData(header, length), body);
    if (content === null) return null;
    this.#sequence += 1;
    return this.#isTls13 ? withoutPadding(content) : { type: header[0] ?? 0, content };
  }

  /** A record went by that is not in the capture. */
  pass(): void {
    this.#sequence += 1;
  }

  #decrypt(nonce: Buffer, additionalData: Buffer, body: Buffer): Buffer | null {
    const options = { authTagLength: TAG_BYTES };
    // The types of node:crypto tell the two kinds of AEAD apart by the literal name.
    const decipher =
      this.#algorithm === 'chacha20-poly1305'
        ? createDecipheriv(this.#algorithm, this.#key, nonce, options)
        : createDecipheriv(this.#algorithm, this.#key, nonce, options);
    decipher.setAAD(additionalData, { plaintextLength: body.length - TAG_BYTES - this.#explicitBytes });
    decipher.setAuthTag(body.subarray(body.length - TAG_BYTES));
    const content = decipher.update(body.subarray(this.#explicitBytes, body.length - TAG_BYTES));
    try {
      decipher.final();
    } catch {
      return null;
    }
    return content;
  }

  #nonce(body: Buffer): Buffer {
    if (this.#explicitBytes > 0) return Buffer.concat([this.#iv, body.subarray(0, EXPLICIT_NONCE_BYTES)]);
    // RFC 8446 section 5.3, RFC 7905 section 2: the sequence number, over the last 8 bytes of the fixed part.
    const nonce = Buffer.from(this.#iv);
    nonce.writeUInt32BE((nonce.readUInt32BE(4) ^ Math.floor(this.#sequence / UPPER)) >>> 0, 4);
    nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ (this.#sequence % UPPER)) >>> 0, 8);
    return nonce;
  }

  /** RFC 8446 section 5.2: the header; RFC 5246 section 6.2.3.3: sequence number, type, version and length of the content. */
  #additionalData(header: Buffer, length: number): Buffer {
    if (this.#isTls13) return header;
    const data = Buffer.alloc(13);
    data.writeUInt32BE(Math.floor(this.#sequence / UPPER), 0);
    data.writeUInt32BE(this.#sequence % UPPER, 4);
    header.copy(data, 8, 0, 3);
    data.writeUInt16BE(length, 11);
    return data;
  }
}

/** RFC 8446 section 5.4: the type is the last byte that is not zero. */
function withoutPadding(inner: Buffer): OpenedRecord {
  let at = inner.length - 1;
  while (at > 0 && inner[at] === 0) at -= 1;
  return { type: inner[at] ?? 0, content: inner.subarray(0, Math.max(0, at)) };
}
