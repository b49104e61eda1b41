import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mustRun } from '../lab/command.ts';

/** PEM texts of one world: one authority, one key, one certificate that serves every name, so that any certificate goes with any key. */
export interface CertificateSet {
  /** The certificate and its authority's, as `fullchain.pem` has them. */
  readonly chain: string;
  readonly key: string;
  readonly authority: string;
  /** A list of the authority that revokes nothing. */
  readonly revocations: string;
}

/** For a config that names no certificate. */
export const NO_CERTIFICATES: CertificateSet = { chain: '', key: '', authority: '', revocations: '' };

export type KeyKind = 'ec' | 'rsa';

const DAYS = '30';
const MAX_NAMES = 200;
const NEW_KEY: Readonly<Record<KeyKind, readonly string[]>> = {
  ec: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'],
  rsa: ['-newkey', 'rsa:2048'],
};

/** Makes certificates, each set once: candidates of one config share theirs. They secure nothing outside a lab. */
export class CertificateMaker {
  readonly #sets = new Map<string, Promise<CertificateSet>>();

  /** The set for these names. Throws LAB_ERR_MISSING_TOOL, LAB_ERR_COMMAND_FAILED. */
  make(names: readonly string[], kind: KeyKind): Promise<CertificateSet> {
    const wanted = subjectNames(names);
    const id = [kind, ...wanted].join(' ');
    const known = this.#sets.get(id);
    if (known !== undefined) return known;
    const made = makeSet(wanted, kind);
    this.#sets.set(id, made);
    return made;
  }
}

/** Subject alternative names: each name and everything one label below it, sorted; what is no name is left out. */
function subjectNames(names: readonly string[]): readonly string[] {
  const found = new Set(['DNS:localhost']);
  for (const name of [...names].toSorted()) {
    const bare = name
      .replace(/^\*?\./, '')
      .replace(/\.$/, '')
      .toLowerCase();
    if (found.size >= MAX_NAMES) break;
    if (isIP(bare) !== 0) found.add(`IP:${bare}`);
    else if (bare !== '_' && /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_](?:[a-z0-9_-]{0,62}))*$/.test(bare)) {
      found.add(`DNS:${bare}`);
      if (bare.includes('.')) found.add(`DNS:*.${bare}`);
    }
  }
  return [...found];
}

/**
 * RSA when the config names ciphers of RSA certificates and none of ECDSA ones: with another key no handshake would succeed under TLS 1.2,
 * which says nothing about production. Else EC P-256, which is made faster. Pure.
 */
export const keyKindFor = (texts: Iterable<string>): KeyKind => {
  const all = [...texts].join('\n').replace(/^\s*#.*$/gm, '');
  return /\b(?:ECDHE|EECDH|DHE|EDH)[-+](?:RSA|aRSA)\b|\baRSA\b|\bkRSA\b/.test(all) && !/ECDSA/.test(all) ? 'rsa' : 'ec';
};

async function makeSet(names: readonly string[], kind: KeyKind): Promise<CertificateSet> {
  const folder = await mkdtemp(join(tmpdir(), 'hopscope-tls-'));
  const at = (name: string): string => join(folder, name);
  try {
    await writeFile(at('ca.cnf'), caConfig(at('index.txt')));
    await writeFile(at('index.txt'), '');
    const authority = ['-keyout', at('ca.key'), '-out', at('ca.pem'), '-subj', '/CN=Hopscope lab authority'];
    await mustRun([
      'openssl',
      'req',
      '-x509',
      ...NEW_KEY.ec,
      '-nodes',
      '-days',
      DAYS,
      '-config',
      at('ca.cnf'),
      '-extensions',
      'authority',
      ...authority,
    ]);
    const leaf = ['-keyout', at('leaf.key'), '-out', at('leaf.pem'), '-subj', '/CN=hopscope.test'];
    const issuer = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-addext', `subjectAltName=${names.join(',')}`];
    await mustRun([
      'openssl',
      'req',
      '-x509',
      ...NEW_KEY[kind],
      '-nodes',
      '-days',
      DAYS,
      '-config',
      at('ca.cnf'),
      '-extensions',
      'leaf',
      ...issuer,
      ...leaf,
    ]);
    const list = ['-keyfile', at('ca.key'), '-cert', at('ca.pem'), '-out', at('crl.pem')];
    await mustRun(['openssl', 'ca', '-gencrl', '-config', at('ca.cnf'), ...list]);
    const [ca = '', certificate = '', key = '', revocations = ''] = await Promise.all(
      ['ca.pem', 'leaf.pem', 'leaf.key', 'crl.pem'].map(async (name) => await readFile(at(name), 'utf8')),
    );
    return { chain: `${certificate}${ca}`, key, authority: ca, revocations };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const caConfig = (database: string): string => `[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign, digitalSignature
subjectKeyIdentifier = hash
[leaf]
basicConstraints = CA:false
subjectKeyIdentifier = hash
[ca]
default_ca = lab
[lab]
database = ${database}
default_md = sha256
default_crl_days = 30
`;
