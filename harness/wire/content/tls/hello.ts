import { createHash } from 'node:crypto';
import { FieldReader } from '../field-reader.ts';

/** What is of use in a ClientHello (RFC 8446 section 4.1.2). One that was cut is read as far as it goes. */
export interface ClientHello {
  readonly random: Buffer;
  readonly serverName: string | null;
  readonly alpn: readonly string[];
  readonly offersEarlyData: boolean;
}

/** Of a ServerHello or HelloRetryRequest (RFC 8446 sections 4.1.3 and 4.1.4). `alpn` is in TLS 1.2 only. */
export interface ServerHello {
  readonly random: Buffer;
  readonly version: number;
  readonly suite: number;
  readonly alpn: string | null;
  readonly isRetry: boolean;
}

export const TLS_1_3 = 0x0304;
const RANDOM_BYTES = 32;
const EXTENSION = { serverName: 0, alpn: 16, earlyData: 42, supportedVersions: 43 } as const;
const HOST_NAME = 0;
const MAX_PROTOCOLS = 32;
const RETRY_RANDOM = createHash('sha256').update('HelloRetryRequest').digest();

/** Null: it is none, or was cut before its random was whole. */
export function parseClientHello(body: Buffer): ClientHello | null {
  const fields = new FieldReader(body);
  const major = fields.number(1);
  fields.take(1);
  const random = Buffer.from(fields.take(RANDOM_BYTES));
  if (major !== 3 || fields.isShort) return null;
  fields.vector(1);
  fields.vector(2);
  fields.vector(1);
  const extensions = extensionsOf(fields);
  return {
    random,
    serverName: serverNameOf(extensions.get(EXTENSION.serverName)),
    alpn: protocolsOf(extensions.get(EXTENSION.alpn)),
    offersEarlyData: extensions.has(EXTENSION.earlyData),
  };
}

/** Null: it is none, or was cut before its cipher suite. */
export function parseServerHello(body: Buffer): ServerHello | null {
  const fields = new FieldReader(body);
  const legacyVersion = fields.number(2);
  const random = Buffer.from(fields.take(RANDOM_BYTES));
  fields.vector(1);
  const suite = fields.number(2);
  if (legacyVersion >> 8 !== 3 || fields.isShort) return null;
  fields.take(1);
  const extensions = extensionsOf(fields);
  const selected = extensions.get(EXTENSION.supportedVersions);
  // The suites of TLS 1.3 are its own, so that the version is known even when the extensions were cut off.
  const fallback = suite >> 8 === 0x13 ? TLS_1_3 : legacyVersion;
  return {
    random,
    version: selected?.length === 2 ? selected.readUInt16BE(0) : fallback,
    suite,
    alpn: protocolsOf(extensions.get(EXTENSION.alpn))[0] ?? null,
    isRetry: random.equals(RETRY_RANDOM),
  };
}

/** RFC 8446 section 4.3.1. */
export function parseEncryptedExtensions(body: Buffer): { readonly alpn: string | null; readonly acceptsEarlyData: boolean } {
  const extensions = extensionsOf(new FieldReader(body));
  return { alpn: protocolsOf(extensions.get(EXTENSION.alpn))[0] ?? null, acceptsEarlyData: extensions.has(EXTENSION.earlyData) };
}

/** `TLS 1.2`. */
export function tlsVersionName(version: number): string {
  if (version === 0x0300) return 'SSL 3.0';
  return version > 0x0300 && version <= TLS_1_3 ? `TLS 1.${version - 0x0301}` : `0x${version.toString(16).padStart(4, '0')}`;
}

/** Extensions by number, without one that was cut. */
function extensionsOf(fields: FieldReader): ReadonlyMap<number, Buffer> {
  const extensions = new Map<number, Buffer>();
  const list = new FieldReader(fields.vector(2));
  while (list.left > 0) {
    const type = list.number(2);
    const data = list.vector(2);
    if (list.isShort) break;
    extensions.set(type, data);
  }
  return extensions;
}

/** RFC 7301 section 3.1. */
function protocolsOf(data: Buffer | undefined): readonly string[] {
  if (data === undefined) return [];
  const list = new FieldReader(new FieldReader(data).vector(2));
  const names: string[] = [];
  while (list.left > 0 && names.length < MAX_PROTOCOLS) names.push(list.vector(1).toString('latin1'));
  return names;
}

/** RFC 6066 section 3. */
function serverNameOf(data: Buffer | undefined): string | null {
  if (data === undefined) return null;
  const list = new FieldReader(new FieldReader(data).vector(2));
  while (list.left > 0) {
    const type = list.number(1);
    const name = list.vector(2);
    if (type === HOST_NAME && name.length > 0) return name.toString('latin1');
  }
  return null;
}
