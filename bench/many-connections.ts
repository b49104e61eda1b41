/*
 * How much memory `hopscope analyze` takes for captures of very many connections:
 *
 *   node bench/many-connections.ts [--connections 100000] [--kind short|probe|half-open] [--json]
 *
 * `short`: handshake, a request, a response, both FINs: 8 packets each, 16 of them open at a time. `probe`: SYN and RST (a port scan), 2 packets each.
 * `half-open`: a SYN and its SYN-ACK and nothing more, so all stay open. The capture is made on the fly and piped in; nothing is written.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    connections: { type: 'string', default: '100000' },
    kind: { type: 'string', default: 'short' },
    json: { type: 'boolean', default: false },
  },
});

const FIN = 1;
const SYN = 2;
const RST = 4;
const ACK = 16;
/** One packet of a connection: who sends it, flags, payload and sequence numbers behind the initial ones. */
type Step = readonly [isClient: boolean, flags: number, payload: string, seq: number, ack: number];

const REQUEST = 'GET /page HTTP/1.1\r\nHost: origin\r\n\r\n';
const RESPONSE = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';
const KINDS: Readonly<Record<string, readonly Step[]>> = {
  short: [
    [true, SYN, '', 0, 0],
    [false, SYN | ACK, '', 0, 1],
    [true, ACK, '', 1, 1],
    [true, ACK, REQUEST, 1, 1],
    [false, ACK, RESPONSE, 1, 1 + REQUEST.length],
    [true, ACK | FIN, '', 1 + REQUEST.length, 1 + RESPONSE.length],
    [false, ACK | FIN, '', 1 + RESPONSE.length, 2 + REQUEST.length],
    [true, ACK, '', 2 + REQUEST.length, 2 + RESPONSE.length],
  ],
  probe: [
    [true, SYN, '', 0, 0],
    [false, RST | ACK, '', 0, 1],
  ],
  'half-open': [
    [true, SYN, '', 0, 0],
    [false, SYN | ACK, '', 0, 1],
  ],
};
const OPEN_AT_A_TIME = 16;
const CHUNK = 4 << 20;
const RECORD = 16;
const HEADERS = 54;
const GAP_US = 50;

/** Writes one record; returns where the next begins. The checksums are 0: nobody looks at them. */
function writePacket(out: Buffer, at: number, connection: number, [isClient, flags, payload, seq, ack]: Step, timeUs: number): number {
  const length = HEADERS + payload.length;
  out.writeUInt32LE(1_700_000_000 + Math.floor(timeUs / 1e6), at);
  out.writeUInt32LE(timeUs % 1e6, at + 4);
  out.writeUInt32LE(length, at + 8);
  out.writeUInt32LE(length, at + 12);
  const ip = at + RECORD + 14;
  out.fill(0, at + RECORD, ip + 40);
  out.writeUInt16BE(0x0800, ip - 2);
  out.writeUInt16BE(0x4500, ip);
  out.writeUInt16BE(length - 14, ip + 2);
  out.writeUInt16BE(connection & 0xffff, ip + 4);
  out.writeUInt16BE(0x4006, ip + 8);
  // 30,000 ports of each client address.
  const client = 0x0a000001 + Math.floor(connection / 30_000);
  const server = 0x0a800001;
  const port = 20_000 + (connection % 30_000);
  out.writeUInt32BE(isClient ? client : server, ip + 12);
  out.writeUInt32BE(isClient ? server : client, ip + 16);
  out.writeUInt16BE(isClient ? port : 80, ip + 20);
  out.writeUInt16BE(isClient ? 80 : port, ip + 22);
  const [own, peer] = isClient ? [1000, 5000] : [5000, 1000];
  out.writeUInt32BE(own + seq, ip + 24);
  out.writeUInt32BE((flags & ACK) === 0 ? 0 : peer + ack, ip + 28);
  out.writeUInt16BE(0x5000 | flags, ip + 32);
  out.writeUInt16BE(64_000, ip + 34);
  out.write(payload, ip + 40, 'latin1');
  return ip + 40 + payload.length;
}

function* capture(connections: number, steps: readonly Step[]): Generator<Buffer> {
  const head = Buffer.alloc(24);
  head.writeUInt32LE(0xa1b2c3d4, 0);
  head.writeUInt32LE(0x00040002, 4);
  head.writeUInt32LE(262_144, 16);
  head.writeUInt32LE(1, 20);
  yield head;
  let chunk = Buffer.alloc(CHUNK);
  let at = 0;
  let timeUs = 0;
  for (let first = 0; first < connections; first += OPEN_AT_A_TIME) {
    for (const step of steps) {
      for (let connection = first; connection < Math.min(connections, first + OPEN_AT_A_TIME); connection += 1) {
        if (at + 400 > CHUNK) {
          yield chunk.subarray(0, at);
          chunk = Buffer.alloc(CHUNK);
          at = 0;
        }
        at = writePacket(chunk, at, connection, step, timeUs);
        timeUs += GAP_US;
      }
    }
  }
  yield chunk.subarray(0, at);
}

const steps = KINDS[values.kind];
if (steps === undefined) throw new Error(`expected --kind to be one of ${Object.keys(KINDS).join(', ')}`);
const connections = Number(values.connections);
const args = [join(import.meta.dirname, '../bin/hopscope.js'), 'analyze', '-', ...(values.json ? ['--json'] : [])];
const startedAt = performance.now();
const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
let printed = 0;
child.stdout.on('data', (bytes: Buffer) => (printed += bytes.length));
let peakKb = 0;
const timer = setInterval(() => {
  try {
    peakKb = Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? peakKb);
  } catch {
    // It has ended.
  }
}, 10);
child.stdin.on('error', () => {
  /* It ended before it had read all; the exit code says so. */
});
let readPeakKb = 0;
const ended = once(child, 'close') as Promise<[number | null]>;
for (const chunk of capture(connections, steps))
  if (child.exitCode === null && !child.stdin.write(chunk)) await Promise.race([once(child.stdin, 'drain'), ended]);
child.stdin.end(() => (readPeakKb = peakKb));
const [code] = await ended;
clearInterval(timer);
const seconds = (performance.now() - startedAt) / 1000;
const packets = connections * steps.length;
process.stdout.write(
  `${values.kind}: ${connections} connections, ${packets} packets: exit code ${String(code)}, ${seconds.toFixed(1)} s (${Math.round(packets / seconds)} packets/s), ` +
    `peak ${(peakKb / 1024).toFixed(0)} MiB (${(readPeakKb / 1024).toFixed(0)} when all was read, ${Math.round((readPeakKb * 1024) / connections)} bytes a connection), ${(printed / 1e6).toFixed(1)} MB printed\n`,
);
