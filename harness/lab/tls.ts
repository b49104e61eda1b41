import { readFile, writeFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { mustRun } from './command.ts';

/** Files that TLS-terminating configs name, below /etc/hopscope/tls inside every host. */
export interface TlsFiles {
  readonly bundle: string;
  readonly cert: string;
  readonly key: string;
}

/**
 * Makes a self-signed certificate for the lab's host names, valid for a week, in `dir`: cert.pem, key.pem and bundle.pem
 * (both, as HAProxy's `crt` wants them). It secures nothing: the driver does not verify it.
 */
export async function makeTlsFiles(dir: string): Promise<TlsFiles> {
  await mkdir(dir, { recursive: true });
  const files = { bundle: join(dir, 'bundle.pem'), cert: join(dir, 'cert.pem'), key: join(dir, 'key.pem') };
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', files.key];
  const names = ['-subj', '/CN=hopscope.test', '-addext', 'subjectAltName=DNS:hopscope.test,DNS:*.hopscope.test'];
  await mustRun(['openssl', 'req', '-x509', ...key, '-out', files.cert, '-days', '7', ...names]);
  await writeFile(files.bundle, `${await readFile(files.cert, 'utf8')}${await readFile(files.key, 'utf8')}`, { mode: 0o600 });
  return files;
}
