/** How the records of a cipher suite are protected. `hash` is the one of the PRF or of HKDF, too. */
export interface RecordCipher {
  readonly algorithm: 'aes-128-gcm' | 'aes-256-gcm' | 'chacha20-poly1305';
  readonly keyBytes: 16 | 32;
  readonly hash: 'sha256' | 'sha384';
}

/** The suites that are met on the web, by number (IANA "TLS Cipher Suites"), without the `TLS_` that all begin with. */
const NAMES: Readonly<Record<number, string>> = {
  0x000a: 'RSA_WITH_3DES_EDE_CBC_SHA',
  0x002f: 'RSA_WITH_AES_128_CBC_SHA',
  0x0033: 'DHE_RSA_WITH_AES_128_CBC_SHA',
  0x0035: 'RSA_WITH_AES_256_CBC_SHA',
  0x0039: 'DHE_RSA_WITH_AES_256_CBC_SHA',
  0x003c: 'RSA_WITH_AES_128_CBC_SHA256',
  0x003d: 'RSA_WITH_AES_256_CBC_SHA256',
  0x0067: 'DHE_RSA_WITH_AES_128_CBC_SHA256',
  0x006b: 'DHE_RSA_WITH_AES_256_CBC_SHA256',
  0x009c: 'RSA_WITH_AES_128_GCM_SHA256',
  0x009d: 'RSA_WITH_AES_256_GCM_SHA384',
  0x009e: 'DHE_RSA_WITH_AES_128_GCM_SHA256',
  0x009f: 'DHE_RSA_WITH_AES_256_GCM_SHA384',
  0x1301: 'AES_128_GCM_SHA256',
  0x1302: 'AES_256_GCM_SHA384',
  0x1303: 'CHACHA20_POLY1305_SHA256',
  0x1304: 'AES_128_CCM_SHA256',
  0x1305: 'AES_128_CCM_8_SHA256',
  0xc009: 'ECDHE_ECDSA_WITH_AES_128_CBC_SHA',
  0xc00a: 'ECDHE_ECDSA_WITH_AES_256_CBC_SHA',
  0xc013: 'ECDHE_RSA_WITH_AES_128_CBC_SHA',
  0xc014: 'ECDHE_RSA_WITH_AES_256_CBC_SHA',
  0xc023: 'ECDHE_ECDSA_WITH_AES_128_CBC_SHA256',
  0xc024: 'ECDHE_ECDSA_WITH_AES_256_CBC_SHA384',
  0xc027: 'ECDHE_RSA_WITH_AES_128_CBC_SHA256',
  0xc028: 'ECDHE_RSA_WITH_AES_256_CBC_SHA384',
  0xc02b: 'ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  0xc02c: 'ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  0xc02f: 'ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  0xc030: 'ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  0xc09c: 'RSA_WITH_AES_128_CCM',
  0xc09d: 'RSA_WITH_AES_256_CCM',
  0xc09e: 'DHE_RSA_WITH_AES_128_CCM',
  0xc09f: 'DHE_RSA_WITH_AES_256_CCM',
  0xc0ac: 'ECDHE_ECDSA_WITH_AES_128_CCM',
  0xc0ad: 'ECDHE_ECDSA_WITH_AES_256_CCM',
  0xcca8: 'ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
  0xcca9: 'ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
  0xccaa: 'DHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
};

/** `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`; a suite that is not in the table by its number, `0x00a8`. */
export function cipherSuiteName(suite: number): string {
  const name = NAMES[suite];
  return name === undefined ? `0x${suite.toString(16).padStart(4, '0')}` : `TLS_${name}`;
}

/** Null for what is not read: suites with CBC, RC4 or CCM, and unknown ones. */
export function recordCipherOf(suite: number): RecordCipher | null {
  const name = NAMES[suite] ?? '';
  if (name.endsWith('AES_128_GCM_SHA256')) return { algorithm: 'aes-128-gcm', keyBytes: 16, hash: 'sha256' };
  if (name.endsWith('AES_256_GCM_SHA384')) return { algorithm: 'aes-256-gcm', keyBytes: 32, hash: 'sha384' };
  if (name.endsWith('CHACHA20_POLY1305_SHA256')) return { algorithm: 'chacha20-poly1305', keyBytes: 32, hash: 'sha256' };
  return null;
}
