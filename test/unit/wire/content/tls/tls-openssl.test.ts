import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { type Recording, recordTraffic } from '../recorded-traffic.ts';
import { makeCertificate, readTls } from './tls-traffic.ts';

const certificate = makeCertificate();
const dir = mkdtempSync(join(tmpdir(), 'tls-openssl-'));
const file = (name: string): string => join(dir, name);
const keyLines = (): string => readFileSync(file('keys'), 'latin1');

afterAll(() => {
  rmSync(dir, { recursive: true });
});

/** A program of openssl, and everything that it has printed. */
class Openssl {
  readonly process: ChildProcessWithoutNullStreams;
  printed = '';
  #wake: () => void = () => undefined;

  constructor(args: readonly string[]) {
    this.process = spawn('openssl', args);
    for (const stream of [this.process.stdout, this.process.stderr])
      stream.on('data', (bytes: Buffer) => {
        this.printed += bytes.toString('latin1');
        this.#wake();
      });
  }

  async prints(expected: RegExp): Promise<string> {
    for (;;) {
      const found = expected.exec(this.printed);
      if (found !== null) return found[1] ?? '';
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async say(line: string, expected: RegExp, by: Openssl = this): Promise<void> {
    this.process.stdin.write(`${line}\n`);
    await by.prints(expected);
  }

  async quit(): Promise<void> {
    this.process.stdin.write('Q\n');
    await once(this.process, 'close');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.process.exitCode === null && this.process.kill()) await once(this.process, 'close');
  }
}

/** How long a program of openssl may take to answer, on a busy machine. */
const LIMIT_MS = 20_000;

const client = ({ port }: Recording, ...args: readonly string[]): Openssl =>
  new Openssl(['s_client', '-connect', `127.0.0.1:${port}`, '-tls1_3', '-keylogfile', file('keys'), ...args]);

describe('TlsConversation, with openssl at an end', () => {
  it(
    'follows key updates of both directions',
    async () => {
      const server = createServer(certificate, (socket) => socket.on('error', () => undefined).pipe(socket));
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      await using recording = await recordTraffic((server.address() as AddressInfo).port);
      await using talker = client(recording);
      await talker.say('one', /\none\n/);
      await talker.say('K', /KEYUPDATE/);
      await talker.say('two', /\ntwo\n/);
      await talker.quit();
      server.close();
      const { tls, plain } = readTls(recording.connections[0] ?? [], keyLines());
      expect(tls).toMatchObject({ decrypted: true, because: null });
      expect([plain.text(0), plain.text(1)]).toEqual(['one\ntwo\n', 'one\ntwo\n']);
    },
    LIMIT_MS,
  );

  it.each([
    ['that is accepted: it is missing content', true, 500],
    ['that is refused: it was never said', false, 0],
  ])(
    'passes over early data %s',
    async (_, isAccepted, missed) => {
      writeFileSync(file('pem'), certificate.cert + certificate.key);
      rmSync(file('session'), { force: true });
      writeFileSync(file('early'), 'e'.repeat(500));
      const early = isAccepted ? ['-early_data'] : [];
      await using server = new Openssl([
        's_server',
        '-accept',
        '127.0.0.1:0',
        '-cert',
        file('pem'),
        '-tls1_3',
        '-max_early_data',
        '16384',
        ...early,
      ]);
      await using recording = await recordTraffic(Number(await server.prints(/ACCEPT .*:(\d+)/)));
      await using first = client(recording, '-sess_out', file('session'));
      await vi.waitUntil(() => existsSync(file('session')), { timeout: LIMIT_MS });
      await first.quit();
      await using second = client(recording, '-sess_in', file('session'), '-early_data', file('early'));
      await second.say('after', /\bafter\n/, server);
      await second.quit();
      const { tls, plain } = readTls(recording.connections[1] ?? [], keyLines());
      expect(tls).toMatchObject({ decrypted: true, because: null });
      expect([plain.text(0), plain.missed]).toEqual(['after\n', [missed, 0]]);
    },
    LIMIT_MS,
  );
});
