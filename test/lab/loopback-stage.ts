import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandResult } from '../../harness/model/service.ts';

/** One raw connection: what is sent in one write, and what ends the watch. Texts are latin1, one character a byte. */
export interface ExchangeRequest {
  readonly port: number;
  readonly send: string;
  /** The watch ends once this was received; null: only at the end of the connection or of the time. */
  readonly until: string | null;
  readonly limitMs: number;
  readonly tls: boolean;
  /** The client ends with a RST. */
  readonly abort: boolean;
}

export interface Exchange {
  readonly received: string;
  readonly ended: 'open' | 'fin' | 'reset';
  readonly elapsedMs: number;
  /** What each connection that reached the origin meanwhile carried. */
  readonly origin: readonly string[];
}

export type StageRequest =
  | { readonly kind: 'run'; readonly argv: readonly string[] }
  | { readonly kind: 'start'; readonly name: string; readonly argv: readonly string[]; readonly port: number; readonly logFile: string }
  | { readonly kind: 'stop'; readonly name: string; readonly signal: NodeJS.Signals }
  | { readonly kind: 'exchange'; readonly exchange: ExchangeRequest };

export type StageReply =
  | { readonly kind: 'run'; readonly result: CommandResult }
  | { readonly kind: 'done'; readonly ok: boolean }
  | { readonly kind: 'exchange'; readonly exchange: Exchange };

/** A network, mount and process namespace of its own with only loopback in it, where `origin` is 127.0.0.1. */
export interface Stage extends AsyncDisposable {
  run(argv: readonly string[]): Promise<CommandResult>;
  /** Resolves to false when the program ended or did not listen within 5 s. */
  start(name: string, argv: readonly string[], port: number): Promise<boolean>;
  stop(name: string, signal?: NodeJS.Signals): Promise<boolean>;
  exchange(request: Partial<ExchangeRequest> & { readonly send: string }): Promise<Exchange>;
  /** Lines that the program has logged, once one of them satisfies `has` (or 20 s have passed: a program may read its log from another's memory, and a machine may be busy). */
  log(name: string, has?: (line: string) => boolean): Promise<readonly string[]>;
}

/** An opening handshake as bytes, optionally with extra header lines. */
export const handshake = (target: string, ...headers: readonly string[]): string =>
  [
    `GET ${target} HTTP/1.1`,
    'Host: lab',
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version: 13',
    ...headers,
    '',
    '',
  ].join('\r\n');

export const plainGet = (target: string): string => `GET ${target} HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n`;

/** A masked text frame with the payload `first` (RFC 6455 section 5.2). */
export const FIRST_FRAME = Buffer.from([
  0x81,
  0x85,
  1,
  2,
  3,
  4,
  ...[...Buffer.from('first')].map((byte, at) => byte ^ ((at % 4) + 1)),
]).toString('latin1');

const SETUP = `
set -e
ip link set lo up
mount -t tmpfs tmpfs /run
mkdir /run/upper /run/work
mount -t overlay overlay -o lowerdir=/etc,upperdir=/run/upper,workdir=/run/work /etc
mkdir -p /etc/hopscope/tls
printf '127.0.0.1 localhost origin static haproxy-inner stream-tls-inner\\n' > /etc/hosts
cp -r "$1"/. /etc/hopscope/
cp "$2"/cert.pem "$2"/key.pem /etc/hopscope/tls/
for dir in /var/log/nginx /var/lib/nginx; do mount -t tmpfs tmpfs "$dir"; done
exec "$3" "$4"
`;

async function makeCertificate(folder: string): Promise<void> {
  const argv = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=hopscope.test',
  ];
  const child = spawn('openssl', [...argv, '-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')], { stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`openssl ended with ${String(code)}`);
}

/** Brings the stage up with the files of `configs` in /etc/hopscope. `singleUser`: inside a user namespace where only uid 0 exists. */
export async function openStage(configs: string, { singleUser = false } = {}): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'hopscope-stage-'));
  await makeCertificate(folder);
  const inside = join(import.meta.dirname, 'loopback-stage-inside.ts');
  const user = singleUser || process.getuid?.() !== 0 ? ['--user', '--map-root-user'] : [];
  const namespaces = [...user, '--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const child = spawn('unshare', [...namespaces, 'sh', '-c', SETUP, 'stage', configs, folder, process.execPath, inside], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  const replies = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const reply = async (): Promise<StageReply> => {
    const next = await replies.next();
    if (next.done === true) throw new Error('the stage ended');
    return JSON.parse(next.value) as StageReply;
  };
  const ask = (request: StageRequest): Promise<StageReply> => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    return reply();
  };
  await reply();
  return {
    ...stageOver(ask, folder),
    [Symbol.asyncDispose]: async () => {
      child.stdin.end();
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function stageOver(ask: (request: StageRequest) => Promise<StageReply>, folder: string): Omit<Stage, typeof Symbol.asyncDispose> {
  const logFile = (name: string): string => join(folder, `${name}.log`);
  const done = async (request: StageRequest): Promise<boolean> => {
    const reply = await ask(request);
    return reply.kind === 'done' && reply.ok;
  };
  return {
    run: async (argv) => {
      const reply = await ask({ kind: 'run', argv });
      if (reply.kind !== 'run') throw new Error(`asked to run, was answered ${reply.kind}`);
      return reply.result;
    },
    start: async (name, argv, port) => {
      await writeFile(logFile(name), '');
      return done({ kind: 'start', name, argv, port, logFile: logFile(name) });
    },
    stop: (name, signal = 'SIGTERM') => done({ kind: 'stop', name, signal }),
    exchange: async (request) => {
      const whole = { port: 8080, until: null, limitMs: 3000, tls: false, abort: false, ...request };
      const reply = await ask({ kind: 'exchange', exchange: whole });
      if (reply.kind !== 'exchange') throw new Error(`asked to exchange, was answered ${reply.kind}`);
      return reply.exchange;
    },
    log: async (name, has = () => true) => {
      for (let tries = 0; ; tries++) {
        const lines = (await readFile(logFile(name), 'utf8')).split('\n').filter((line) => line !== '');
        if (tries === 400 || lines.some(has)) return lines;
        await sleep(50);
      }
    },
  };
}
