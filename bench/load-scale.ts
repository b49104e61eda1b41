/*
 * Very many idle WebSockets through HAProxy and through nginx, in a lab of namespaces on this machine:
 *
 *   node bench/load-scale.ts [--connections 50000] [--beyond 70000] [--rate 2000] [--hold 80] [--subject haproxy,nginx]
 *
 * For each proxy: opens the connections at the rate, holds them for so many seconds with a ping a minute on each, and closes them; then once more with
 * `--beyond` of them (0: not), to see what refuses first. Prints what it came to and ends with exit code 1 when a target is missed. Needs root and what
 * the netns lab needs, and a machine that does nothing else.
 *
 * A process may have only so many open files, a proxy has two for each connection, and a kernel may not let even root raise the limit: so there are as many
 * driver, proxy and origin programs as it takes. What is said of a role is of all its programs together.
 */
import { parseArgs } from 'node:util';
import { foldLoad, mergeResults } from '../harness/measure/fold-load.ts';
import { Schedule } from '../harness/measure/schedule.ts';
import type { LoadTotals } from '../harness/model/evidence.ts';
import type { LoadBucket, LoadProfile, LoadResult } from '../harness/model/load.ts';
import { openScaleLab, planScale, type ScaleLab, type Subject } from './load-scale/scale-lab.ts';
import { cpuPercent, fillsOf, kernelCounts, type ScaleUsage, sumOf, usageNow } from './load-scale/scale-usage.ts';

const { values } = parseArgs({
  options: {
    connections: { type: 'string', default: '50000' },
    beyond: { type: 'string', default: '70000' },
    rate: { type: 'string', default: '2000' },
    hold: { type: 'string', default: '80' },
    subject: { type: 'string', default: 'haproxy,nginx' },
    verbose: { type: 'boolean', default: false },
  },
});

const TARGET = { bytesEach: 12 * 1024, upgradesPerSecond: 1500 };
const OPENING_MS = 10_000;
/** So that a path that refuses everything is left alone, and one that refuses some is not. */
const MOST_FAILURES_IN_ROW = 500;
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const profileOf = (connections: number, perSecond: number, holdMs: number, lab: ScaleLab): LoadProfile => ({
  loop: 'open',
  connections: [{ kind: 'rate', fromPerSecond: perSecond, toPerSecond: perSecond, forMs: Math.ceil((connections / perSecond) * 1000) }],
  lifeMs: null,
  messages: [],
  messagesBegin: 'opened',
  ...{ depth: 1, thinkMs: 0, durationMs: holdMs },
  size: { kind: 'fixed', bytes: 32 },
  ...{ payload: 'binary', fragments: 1, pingEveryMs: 60_000, deflate: false, reconnect: null, slowReaders: null, compared: false, seed: 1 },
  ...{ sources: lab.addresses.length, drivers: lab.drivers.length },
});

/** One ramp with its hold. */
interface Held {
  readonly totals: LoadTotals;
  readonly result: LoadResult;
  /** Connections that were due. */
  readonly wanted: number;
  readonly mostOpen: number;
  readonly idle: ScaleUsage;
  /** When the most were open, for the first time. */
  readonly full: ScaleUsage;
  readonly end: ScaleUsage;
}

async function hold(lab: ScaleLab, connections: number, holdMs: number): Promise<Held> {
  const profile = profileOf(connections, Number(values.rate), holdMs, lab);
  const idle = await usageNow(lab);
  const open = lab.drivers.map(() => 0);
  let mostOpen = 0;
  let last: Promise<ScaleUsage> = Promise.resolve(idle);
  let full = last;
  const onBucket = (index: number, bucket: LoadBucket): void => {
    open[index] = bucket.open;
    const all = open.reduce((sum, one) => sum + one, 0);
    // The last bucket is of the moment before they are closed.
    if (all < mostOpen * 0.98) return;
    last = usageNow(lab);
    if (all > mostOpen) full = last;
    mostOpen = Math.max(mostOpen, all);
  };
  const results = await Promise.all(
    lab.drivers.map((driver, index) =>
      driver.request(
        {
          kind: 'load',
          endpoint: {
            host: lab.subject,
            port: 8080,
            tls: false,
            serverName: lab.subject,
            target: '/socket',
            hostHeader: `${lab.subject}:8080`,
          },
          sourceAddresses: lab.addresses,
          profile,
          shard: { index, of: lab.drivers.length },
          ...{ startInMs: 500, openingMs: OPENING_MS, maxUpgradeFailures: MOST_FAILURES_IN_ROW, bucketMs: 1000 },
        },
        undefined,
        (bucket) => onBucket(index, bucket),
      ),
    ),
  );
  const result = mergeResults(results);
  return {
    totals: foldLoad(result.series, results.length),
    result,
    wanted: new Schedule(profile.connections).count,
    mostOpen,
    idle,
    full: await full,
    end: await last,
  };
}

/** Upgrades a second, over the seconds from the first to the last that are full of them. */
function upgradeRates({ result }: Held): { readonly mean: number; readonly lowest: number } {
  const counts = result.series.map(({ upgraded }) => upgraded);
  if (values.verbose) print(`  upgrades by second: ${counts.join(' ')}`);
  const last = counts.findLastIndex((count) => count > 0);
  const whole = counts.slice(1, last);
  if (whole.length === 0) return { mean: counts[0] ?? 0, lowest: counts[0] ?? 0 };
  return { mean: whole.reduce((sum, count) => sum + count, 0) / whole.length, lowest: Math.min(...whole) };
}

const listed = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([label, count]) => `${count} ${label}`)
    .join(', ') || 'none';
const mebibytes = (bytes: number): string => (bytes / 1_048_576).toFixed(0);

function printUsage(held: Held): void {
  for (const role of ['client', 'proxy', 'origin'] as const) {
    const grown = sumOf(held.full, role, 'rssBytes') - sumOf(held.idle, role, 'rssBytes');
    print(
      `  ${role.padEnd(7)} ${held.idle.programs[role].length} program(s): CPU ${cpuPercent(held.idle, held.full, role).toFixed(0)} % of one while they opened, ` +
        `${cpuPercent(held.full, held.end, role).toFixed(1)} % while held; memory ${mebibytes(sumOf(held.full, role, 'rssBytes'))} MiB, ` +
        `${(grown / Math.max(1, held.mostOpen) / 1024).toFixed(1)} KiB a connection`,
    );
  }
}

/** What was missed, in words. */
function judge({ totals, wanted, mostOpen, idle, full }: Held, rates: { readonly mean: number }): readonly string[] {
  const each = (sumOf(full, 'client', 'rssBytes') - sumOf(idle, 'client', 'rssBytes')) / Math.max(1, mostOpen);
  const failed = totals.attempts - totals.upgraded;
  const lost = Object.values(totals.lostSessions).reduce((sum, count) => sum + count, 0);
  return [
    ...(mostOpen === wanted ? [] : [`${mostOpen} of ${wanted} connections were open at once`]),
    ...(failed + lost === 0 ? [] : [`${failed} upgrades failed, ${lost} sessions were lost`]),
    ...(totals.pings > 0 && totals.pongs === totals.pings ? [] : [`${totals.pongs} pongs to ${totals.pings} pings`]),
    ...(each <= TARGET.bytesEach
      ? []
      : [`${(each / 1024).toFixed(1)} KiB of driver memory a connection, at most ${TARGET.bytesEach / 1024} wanted`]),
    ...(rates.mean >= TARGET.upgradesPerSecond ? [] : [`${rates.mean.toFixed(0)} upgrades/s, at least ${TARGET.upgradesPerSecond} wanted`]),
  ];
}

async function ramp(lab: ScaleLab, connections: number, holdMs: number): Promise<readonly string[]> {
  const before = await kernelCounts(lab);
  const held = await hold(lab, connections, holdMs);
  const after = await kernelCounts(lab);
  const rates = upgradeRates(held);
  const { totals } = held;
  print(`  ${held.mostOpen} of ${held.wanted} open at once; upgrades/s: mean ${rates.mean.toFixed(0)}, lowest full second ${rates.lowest}`);
  print(
    `  failed upgrades: ${listed(totals.upgradeFailures)}; lost sessions: ${listed(totals.lostSessions)}; ${totals.pongs} pongs to ${totals.pings} pings`,
  );
  printUsage(held);
  const { listenOverflows: from } = before;
  const { listenOverflows: to } = after;
  print(
    `  kernel: full accept queues ${to.proxy - from.proxy} at the proxy, ${to.origin - from.origin} at the origin; ${after.synsAgain - before.synsAgain} SYNs sent again; ` +
      `${after.softnetDrops - before.softnetDrops} packets dropped in queues of processors`,
  );
  const fills = fillsOf(lab, held.full, held.mostOpen);
  for (const { what, used, limit } of fills.slice(0, 5))
    print(`  ${((100 * used) / limit).toFixed(0).padStart(4)} % of ${what}: ${used} of ${limit}`);
  const [fullest] = fills;
  if (held.mostOpen < held.wanted && fullest !== undefined)
    print(
      fullest.used >= 0.97 * fullest.limit
        ? `  first to end: ${fullest.what}`
        : `  first to end: none of these; the nearest is ${fullest.what}`,
    );
  return judge(held, rates);
}

async function measure(subject: Subject): Promise<readonly string[]> {
  const connections = Number(values.connections);
  const beyond = Number(values.beyond);
  const plan = planScale(connections, Math.max(connections, beyond));
  print(`${subject}: ${connections} connections, ${plan.filesEach} open files a process at most, ${plan.sources} client addresses`);
  await using lab = await openScaleLab(subject, plan);
  const missed = await ramp(lab, connections, Number(values.hold) * 1000);
  for (const what of missed) print(`  MISSED: ${what}`);
  if (beyond > 0) {
    print(`${subject}: ${beyond} connections, to see what ends first`);
    await ramp(lab, beyond, 5000);
  }
  return missed;
}

const missed: string[] = [];
for (const subject of values.subject.split(',')) {
  if (subject !== 'haproxy' && subject !== 'nginx') throw new Error(`haproxy or nginx expected, saw ${subject}`);
  missed.push(...(await measure(subject)));
}
process.exitCode = missed.length > 0 ? 1 : 0;
