import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer, type ConnectionOptions, type TlsOptions } from 'node:tls';
import { TlsConversation } from '../../../../../harness/wire/content/tls/tls-conversation.ts';
import { KeyLogFile } from '../../../../../harness/wire/content/tls/key-log.ts';
import { type ContentFacts, type KeyLog, newContentFacts, type TlsDraft } from '../../../../../harness/wire/content/content-facts.ts';
import { feed, type Piece, recordTraffic, Remembered } from '../recorded-traffic.ts';

/** A self-signed RSA certificate that lives as long as the process needs it. */
export function makeCertificate(): { readonly cert: string; readonly key: string } {
  const dir = mkdtempSync(join(tmpdir(), 'tls-content-'));
  try {
    const [cert, key] = [join(dir, 'cert.pem'), join(dir, 'key.pem')];
    const subject = ['-subj', '/CN=hopscope.test', '-addext', 'subjectAltName=DNS:hopscope.test'];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '2', ...subject], {
      stdio: 'ignore',
    });
    return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
  } finally {
    rmSync(dir, { recursive: true });
  }
}

export interface TlsExchange {
  readonly server?: TlsOptions;
  readonly client?: ConnectionOptions;
  /** What the client says; the server sends it back and `bye` after it. */
  readonly says?: readonly string[];
  readonly certificate: { readonly cert: string; readonly key: string };
}

export interface RecordedTls {
  readonly pieces: readonly Piece[];
  readonly keyLines: string;
  readonly session: Buffer | null;
}

/** Lets a client talk to an echo server and records it with the key log of the client. A handshake that fails is recorded as well. */
export async function recordTls({
  server: serverOptions,
  client: clientOptions,
  says = ['hello'],
  certificate,
}: TlsExchange): Promise<RecordedTls> {
  const total = says.join('').length;
  const server = createServer({ ...certificate, ...serverOptions }, (socket) => {
    let echoed = 0;
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => {
      socket.write(bytes);
      echoed += bytes.length;
      if (echoed === total) socket.end('bye');
    });
  });
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  await using recording = await recordTraffic((server.address() as AddressInfo).port);
  let keyLines = '';
  let session: Buffer | null = null;
  const client = connect({
    host: '127.0.0.1',
    port: recording.port,
    servername: 'hopscope.test',
    rejectUnauthorized: false,
    ...clientOptions,
  });
  client.on('keylog', (line) => {
    keyLines += line.toString('latin1');
  });
  client.on('session', (ticket) => {
    session = ticket;
  });
  client.on('error', () => undefined);
  const closed = new Promise((resolve) => client.once('close', resolve));
  client.once('secureConnect', () => {
    for (const text of says) client.write(text);
  });
  client.resume().on('end', () => client.end());
  await closed;
  server.close();
  await once(server, 'close');
  return { pieces: recording.connections[0] ?? [], keyLines, session };
}

export interface ReadTls {
  readonly facts: ContentFacts;
  readonly tls: TlsDraft;
  readonly plain: Remembered;
  /** Application protocols that the plain conversation was opened with. */
  readonly opened: readonly (string | null)[];
}

export function readTls(pieces: readonly Piece[], keyLines: string | KeyLog | null): ReadTls {
  const facts = newContentFacts();
  const plain = new Remembered();
  const opened: (string | null)[] = [];
  feed(
    new TlsConversation(facts, keyLogOf(keyLines), (alpn) => {
      opened.push(alpn);
      return plain;
    }),
    pieces,
  );
  const { tls } = facts;
  if (tls === null) throw new Error('expected facts about TLS');
  return { facts, tls, plain, opened };
}

export function keyLogOf(lines: string | KeyLog | null): KeyLog | null {
  if (typeof lines !== 'string') return lines;
  const log = new KeyLogFile();
  log.add(lines);
  return log;
}
