import { createHmac } from 'node:crypto';
import type { RecordCipher } from './cipher-suites.ts';
import { RecordProtection } from './record-protection.ts';

/** What one direction is read with. `secret` is what the next keys come from (TLS 1.3), empty for TLS 1.2. */
export interface TrafficKeys {
  readonly protection: RecordProtection;
  readonly secret: Buffer;
}

const hmac = (hash: string, key: Buffer, ...parts: readonly Buffer[]): Buffer => {
  const mac = createHmac(hash, key);
  for (const part of parts) mac.update(part);
  return mac.digest();
};

/** RFC 5246 section 5: P_hash over the label and the seed. */
export function prf(hash: string, secret: Buffer, label: string, seed: Buffer, length: number): Buffer {
  const labelled = Buffer.concat([Buffer.from(label, 'latin1'), seed]);
  const parts: Buffer[] = [];
  let a: Buffer = labelled;
  for (let made = 0; made < length; made += parts.at(-1)?.length ?? length) {
    a = hmac(hash, secret, a);
    parts.push(hmac(hash, secret, a, labelled));
  }
  return Buffer.concat(parts).subarray(0, length);
}

/** RFC 8446 section 7.1, without context. RFC 5869 section 2.3 for the expansion. */
export function hkdfExpandLabel(hash: string, secret: Buffer, label: string, length: number): Buffer {
  const name = Buffer.from(`tls13 ${label}`, 'latin1');
  const info = Buffer.concat([Buffer.from([length >> 8, length & 0xff, name.length]), name, Buffer.from([0])]);
  const parts: Buffer[] = [];
  let last: Buffer = Buffer.alloc(0);
  for (let made = 0; made < length; made += last.length) {
    last = hmac(hash, secret, last, info, Buffer.from([parts.length + 1]));
    parts.push(last);
  }
  return Buffer.concat(parts).subarray(0, length);
}

/** RFC 5246 section 6.3. An AEAD has no MAC keys; the nonce's fixed part is 4 bytes (RFC 5288) or 12 (RFC 7905). */
export function tls12Keys(
  cipher: RecordCipher,
  master: Buffer,
  randoms: { client: Buffer; server: Buffer },
  isClient: boolean,
): TrafficKeys {
  const { keyBytes, algorithm } = cipher;
  const ivBytes = algorithm === 'chacha20-poly1305' ? 12 : 4;
  const block = prf(cipher.hash, master, 'key expansion', Buffer.concat([randoms.server, randoms.client]), 2 * (keyBytes + ivBytes));
  const keyAt = isClient ? 0 : keyBytes;
  const ivAt = 2 * keyBytes + (isClient ? 0 : ivBytes);
  const key = block.subarray(keyAt, keyAt + keyBytes);
  return { protection: new RecordProtection(algorithm, key, block.subarray(ivAt, ivAt + ivBytes), 'TLS 1.2'), secret: Buffer.alloc(0) };
}

/** RFC 8446 section 7.3. */
export function tls13Keys(cipher: RecordCipher, secret: Buffer): TrafficKeys {
  const key = hkdfExpandLabel(cipher.hash, secret, 'key', cipher.keyBytes);
  const iv = hkdfExpandLabel(cipher.hash, secret, 'iv', 12);
  return { protection: new RecordProtection(cipher.algorithm, key, iv, 'TLS 1.3'), secret };
}

/** The keys after a KeyUpdate (RFC 8446 section 7.2). */
export const updatedKeys = (cipher: RecordCipher, keys: TrafficKeys): TrafficKeys =>
  tls13Keys(cipher, hkdfExpandLabel(cipher.hash, keys.secret, 'traffic upd', keys.secret.length));
