import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContext } from 'node:tls';

/** PEM files; a certificate and its key have the same place in both lists. One pair of each kind of key serves peers of every cipher. */
export interface TlsPairs {
  readonly certs: readonly string[];
  readonly keys: readonly string[];
}

const SELF_SIGNED = [
  'req',
  '-x509',
  '-newkey',
  'ec',
  '-pkeyopt',
  'ec_paramgen_curve:prime256v1',
  '-nodes',
  '-days',
  '7',
  '-subj',
  '/CN=origin',
];

/** What a TLS server shows. Without files it is signed by itself, and null where there is no openssl to make it. Throws when a file cannot be used. */
export function tlsContext({ certs, keys }: TlsPairs): SecureContext | null {
  const pem =
    certs.length === 0 ? selfSigned() : { cert: certs.map((file) => readFileSync(file)), key: keys.map((file) => readFileSync(file)) };
  // Old peers are served as well: what is tested stands before the origin.
  return pem === null ? null : createSecureContext({ ...pem, minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' });
}

function selfSigned(): { readonly cert: string; readonly key: string } | null {
  try {
    // The key and the certificate, one after the other; each reader takes its own part.
    const both = execFileSync('openssl', [...SELF_SIGNED, '-keyout', '-', '-out', '-'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return { cert: both, key: both };
  } catch (error) {
    process.stderr.write(`no certificate for TLS: ${error instanceof Error ? error.message : String(error)}\n`);
    return null;
  }
}
