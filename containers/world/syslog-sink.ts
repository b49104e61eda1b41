import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, openSync, writeSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LOCAL_ADDRESSES } from './local-addresses.ts';
import { syslogText } from './syslog-line.ts';

/** All lines together, in bytes. */
const MAX_LOG = 256 * 1_048_576;
const RECEIVE_BUFFER = 4 * 1_048_576;
/** How long socat may take to make its socket. */
const PATIENCE_MS = 3000;

/** Writes what comes by syslog to the end of a file, a line a datagram, until there is too much of it. */
export class SyslogSink {
  readonly #file: number;
  #left: number;
  #child: ChildProcess | null = null;

  constructor(logFile: string, mostBytes = MAX_LOG) {
    this.#file = openSync(logFile, 'a');
    this.#left = mostBytes;
  }

  /** Listens on every address of this host; port 0 lets the kernel choose. Gives the port. */
  async listen(port: number): Promise<number> {
    let chosen = port;
    for (const { type, address, isOptional } of LOCAL_ADDRESSES) {
      const socket = this.#socket(type);
      try {
        socket.bind(chosen, address);
        await once(socket, 'listening');
        chosen = socket.address().port;
      } catch (error) {
        if (!isOptional) throw error;
        socket.close();
      }
    }
    return chosen;
  }

  /**
   * Listens on a unix datagram socket, which Node cannot: socat passes each datagram on as one. Where there is no socat it says so on standard error
   * and goes on without.
   */
  async listenUnix(path: string): Promise<void> {
    await mkdir(dirname(path), { recursive: true });
    await rm(path, { force: true });
    const socket = this.#socket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const target = `UDP4-SENDTO:127.0.0.1:${socket.address().port}`;
    const child = spawn('socat', ['-u', '-b', '65507', `UNIX-RECV:${path},mode=666`, target], { stdio: ['ignore', 'ignore', 'inherit'] });
    this.#child = child;
    const over = new AbortController();
    const end = (why: string): void => {
      if (!over.signal.aborted && this.#child !== null) process.stderr.write(`world: no syslog on ${path}: ${why}\n`);
      over.abort();
    };
    child.once('error', (error) => end(`socat: ${error.message}`));
    child.once('exit', (code) => end(`socat ended with ${code ?? 'a signal'}`));
    const untilMs = performance.now() + PATIENCE_MS;
    while (!over.signal.aborted && !existsSync(path) && performance.now() < untilMs) await sleep(5);
  }

  /** Ends the child. */
  stop(): void {
    const child = this.#child;
    this.#child = null;
    child?.kill();
  }

  #socket(type: 'udp4' | 'udp6'): Socket {
    const socket = createSocket({ type, reuseAddr: true, ipv6Only: type === 'udp6', recvBufferSize: RECEIVE_BUFFER });
    socket.on('error', () => undefined);
    socket.on('message', (datagram) => this.#write(syslogText(datagram)));
    return socket;
  }

  #write(line: string): void {
    if (line === '' || line.length >= this.#left) return;
    this.#left -= line.length + 1;
    writeSync(this.#file, `${line}\n`, null, 'latin1');
  }
}
