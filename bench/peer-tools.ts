import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { usedBy } from './loopback-echo.ts';

export interface Work {
  readonly port: number;
  readonly connections: number;
  readonly perSecond: number;
  readonly seconds: number;
  readonly bytes: number;
}

/** What a generator did and took. */
export interface PeerRun {
  readonly roundTrips: number;
  readonly cpuMs: number;
  readonly peakBytes: number;
  /** As it reports it. */
  readonly latency: string;
}

export interface Peer {
  readonly name: string;
  /** What it cannot do of what the load asks for. */
  readonly cannot: string;
  run(work: Work, folder: string): Promise<PeerRun>;
}

const SAMPLE_MS = 50;
const LIMIT_MS = 120_000;

/** Runs a program to its end and adds up what it and its children took. Throws when it fails or takes too long. */
async function measured(
  argv: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ readonly said: string; readonly cpuMs: number; readonly peakBytes: number }> {
  const [program = '', ...args] = argv;
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  let [said, failed] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (failed = `${failed}${chunk.toString()}`.slice(-2000)));
  const seen = new Map<number, { cpuMs: number; peakBytes: number }>();
  const timer = setInterval(() => {
    for (const pid of treeOf(child.pid ?? 0)) {
      const { cpuMs, peakBytes } = usedBy(pid);
      const before = seen.get(pid) ?? { cpuMs: 0, peakBytes: 0 };
      seen.set(pid, { cpuMs: Math.max(before.cpuMs, cpuMs), peakBytes: Math.max(before.peakBytes, peakBytes) });
    }
  }, SAMPLE_MS);
  const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
  try {
    const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
    if (code !== 0) throw new Error(`'${argv.join(' ')}' ended with exit code ${String(code)}: ${failed || said.slice(-1000)}`);
  } finally {
    clearInterval(timer);
    clearTimeout(limit);
  }
  const used = [...seen.values()];
  return {
    said,
    cpuMs: used.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    peakBytes: used.reduce((sum, { peakBytes }) => sum + peakBytes, 0),
  };
}

function treeOf(pid: number): readonly number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim();
    return [pid, ...(children === '' ? [] : children.split(' ').flatMap((child) => treeOf(Number(child))))];
  } catch {
    return [];
  }
}

export const wsLoop: Peer = {
  name: 'ws in a loop',
  cannot: 'open loop, lateness of its own sends, retransmissions, comparison',
  async run({ port, connections, perSecond, seconds, bytes }) {
    const args = [port, connections, perSecond, seconds, bytes].map(String);
    const { said, ...used } = await measured([process.execPath, join(import.meta.dirname, 'ws-loop.ts'), ...args]);
    const { echoed, p50Ms, p99Ms } = JSON.parse(said) as { readonly echoed: number; readonly p50Ms: number; readonly p99Ms: number };
    return { roundTrips: echoed, ...used, latency: `p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms, from the send` };
  },
};

/** `dir`: a folder that `npm install --ignore-scripts artillery` was done in; null when it is not there. */
export function artillery(dir: string): Peer | null {
  const program = join(dir, 'node_modules/artillery/bin/run');
  if (!existsSync(program)) return null;
  return {
    name: 'artillery',
    cannot: 'latency of an echo (it counts messages), open loop within a connection, late sends, retransmissions',
    async run({ port, connections, perSecond, seconds, bytes }, folder) {
      const each = Math.max(1, Math.round((perSecond * seconds) / connections));
      const script = {
        config: { target: `ws://127.0.0.1:${port}/socket`, phases: [{ duration: 1, arrivalCount: connections }] },
        scenarios: [{ engine: 'ws', flow: [{ loop: [{ send: 'x'.repeat(bytes) }, { think: connections / perSecond }], count: each }] }],
      };
      const [file, output] = [join(folder, 'artillery.json'), join(folder, 'artillery-result.json')];
      writeFileSync(file, JSON.stringify(script));
      const used = await measured([process.execPath, program, 'run', '--quiet', '--output', output, file], {
        ARTILLERY_DISABLE_TELEMETRY: 'true',
      });
      const { aggregate } = JSON.parse(readFileSync(output, 'utf8')) as {
        readonly aggregate: { readonly counters: Readonly<Record<string, number>> };
      };
      return {
        roundTrips: aggregate.counters['websocket.messages_sent'] ?? 0,
        cpuMs: used.cpuMs,
        peakBytes: used.peakBytes,
        latency: 'none for messages',
      };
    },
  };
}

/** Debian's package. Null when it is not there. */
export function tsung(): Peer | null {
  const program = ['/usr/bin/tsung', '/usr/local/bin/tsung'].find((file) => existsSync(file));
  if (program === undefined) return null;
  return {
    name: 'tsung',
    cannot: 'percentiles (mean and deviation every 10 s), open loop within a connection, late sends, retransmissions',
    async run(work, folder) {
      const logs = join(folder, 'tsung');
      mkdirSync(logs, { recursive: true });
      writeFileSync(join(folder, 'tsung.xml'), tsungScript(work));
      const used = await measured([program, '-f', join(folder, 'tsung.xml'), '-l', logs, '-i', `bench${process.pid}`, 'start'], {
        HOME: folder,
      });
      const [newest = ''] = readdirSync(logs).toSorted().toReversed();
      const log = readFileSync(join(logs, newest, 'tsung.log'), 'utf8');
      // `stats: request <count in 10 s> <mean> <deviation> <max> <min> <mean before> <count before>`, times in milliseconds.
      const last = [...log.matchAll(/^stats: request (\S+) (\S+) (\S+) (\S+) (\S+) (\S+) (\S+)$/gm)].at(-1);
      const [count, mean, , max, , meanBefore, countBefore] = (last ?? []).slice(1).map(Number);
      const total = (count ?? 0) + (countBefore ?? 0);
      const all = total === 0 ? 0 : ((mean ?? 0) * (count ?? 0) + (meanBefore ?? 0) * (countBefore ?? 0)) / total;
      return {
        roundTrips: total,
        cpuMs: used.cpuMs,
        peakBytes: used.peakBytes,
        latency: `mean ${all.toFixed(2)} ms, max ${(max ?? 0).toFixed(1)} ms`,
      };
    },
  };
}

function tsungScript({ port, connections, perSecond, seconds, bytes }: Work): string {
  const each = Math.max(1, Math.round((perSecond * seconds) / connections));
  return `<?xml version="1.0"?>
<!DOCTYPE tsung SYSTEM "/usr/share/tsung/tsung-1.0.dtd" []>
<tsung loglevel="warning" version="1.0">
  <clients><client host="localhost" use_controller_vm="true" maxusers="${connections + 100}"/></clients>
  <servers><server host="127.0.0.1" port="${port}" type="tcp"/></servers>
  <load><arrivalphase phase="1" duration="10" unit="second"><users maxnumber="${connections}" arrivalrate="${connections}" unit="second"/></arrivalphase></load>
  <sessions>
    <session name="echo" probability="100" type="ts_websocket">
      <request><websocket type="connect" path="/socket"/></request>
      <for from="1" to="${each}" var="n">
        <request><websocket type="message" ack="parse">${'x'.repeat(bytes)}</websocket></request>
        <thinktime value="${connections / perSecond}" random="false"/>
      </for>
      <request><websocket type="close"/></request>
    </session>
  </sessions>
</tsung>
`;
}
