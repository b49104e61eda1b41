/*
 * The same work by other load generators, as far as they can do it: connections that send small messages at a steady rate to the project's echo origin on
 * loopback, one generator after the other.
 *
 *   node bench/load-peers.ts [--peers <folder with artillery>] [--connections 200] [--per-second 2000] [--seconds 10] [--bytes 32] [--json]
 *
 * artillery: `npm install --ignore-scripts artillery` in a folder of its own, outside this project. tsung: Debian's package. What is missing is named and left
 * out. Each generator is run twice, for the work and for one message, and the second is taken off: starting up is not a round trip.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Distribution } from '../harness/measure/distribution.ts';
import { steadyProfile } from '../harness/measure/steady-profile.ts';
import { type LoopbackEcho, openLoopbackEcho, usedBy } from './loopback-echo.ts';
import { artillery, type Peer, type PeerRun, tsung, type Work, wsLoop } from './peer-tools.ts';

const { values } = parseArgs({
  options: {
    peers: { type: 'string', default: '' },
    connections: { type: 'string', default: '200' },
    'per-second': { type: 'string', default: '2000' },
    seconds: { type: 'string', default: '10' },
    bytes: { type: 'string', default: '32' },
    json: { type: 'boolean', default: false },
  },
});

const hopscope = (echo: LoopbackEcho): Peer => ({
  name: 'hopscope',
  cannot: '-',
  async run({ connections, perSecond, seconds, bytes }) {
    const before = usedBy(echo.driverPid);
    const profile = steadyProfile({ connections, messagesPerSecond: perSecond, durationMs: seconds * 1000, payloadBytes: bytes, seed: 1 });
    const result = await echo.load(profile);
    const latency = Distribution.decode(result.latency);
    const words = [50, 99].map((p) => `p${p} ${(latency.percentile(p) / 1000).toFixed(2)} ms`).join(', ');
    const { cpuMs, peakBytes } = usedBy(echo.driverPid);
    return { roundTrips: result.echoed, cpuMs: cpuMs - before.cpuMs, peakBytes, latency: `${words}, from the due time` };
  },
});

interface Row {
  readonly name: string;
  readonly roundTrips: number;
  readonly cpuSecondsPerThousand: number;
  readonly memoryMb: number;
  readonly latency: string;
  readonly cannot: string;
}

async function compare(peer: Peer, work: Work, folder: string): Promise<Row | string> {
  try {
    const idle: PeerRun = await peer.run({ ...work, connections: 1, perSecond: 1, seconds: 1 }, folder);
    const full = await peer.run(work, folder);
    const thousands = full.roundTrips / 1000;
    return {
      name: peer.name,
      roundTrips: full.roundTrips,
      cpuSecondsPerThousand: Math.max(0, full.cpuMs - idle.cpuMs) / 1000 / thousands,
      memoryMb: full.peakBytes / 1e6,
      latency: full.latency,
      cannot: peer.cannot,
    };
  } catch (error) {
    return `${peer.name}: left out, ${error instanceof Error ? error.message.slice(0, 400) : String(error)}`;
  }
}

const folder = mkdtempSync(join(tmpdir(), 'hopscope-peers-'));
const rows: (Row | string)[] = [];
try {
  await using echo = await openLoopbackEcho();
  const work = {
    ...{ port: echo.port, connections: Number(values.connections), perSecond: Number(values['per-second']) },
    ...{ seconds: Number(values.seconds), bytes: Number(values.bytes) },
  };
  const peers = [
    hopscope(echo),
    wsLoop,
    artillery(values.peers) ?? 'artillery: not there (--peers), left out',
    tsung() ?? 'tsung: not there, left out',
  ];
  for (const peer of peers) rows.push(typeof peer === 'string' ? peer : await compare(peer, work, folder));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (values.json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
else {
  process.stdout.write('generator | round trips | CPU s per 1,000 | memory | latency it reports | what it cannot do here\n');
  for (const row of rows) {
    const line =
      typeof row === 'string'
        ? row
        : `${row.name} | ${row.roundTrips} | ${row.cpuSecondsPerThousand.toFixed(3)} | ${row.memoryMb.toFixed(0)} MB | ${row.latency} | ${row.cannot}`;
    process.stdout.write(`${line}\n`);
  }
}
