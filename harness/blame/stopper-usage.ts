import type { UsageEvidence } from '../model/load.ts';
import { type BrokenLoads, HARDNESS, type StopperSign, unopened } from './stopper-sign.ts';

/** A program that uses so much of what it can has nothing left for a burst. */
const BUSY = 0.9;
/** Programs that run JavaScript or one worker on one thread, whatever the machine has. */
const ONE_THREAD: ReadonlySet<string> = new Set(['node-proxy']);
/** The first part of a load is its opening. */
const OPENING_SHARE = 0.25;

/** What ran full by what hosts used and what their kernels counted. */
export const usageSigns = (broken: BrokenLoads): readonly StopperSign[] => [
  ...queueSigns(broken),
  ...cpuSigns(broken),
  ...killSigns(broken),
];

/** Connections that a kernel dropped because its program did not accept them in time. */
function queueSigns(broken: BrokenLoads): readonly StopperSign[] {
  const slow = broken.loads.some(({ phases }) => (phases.connect?.maxUs ?? 0) > 900_000);
  // Dropped SYNs cost connections; a latency of messages has other reasons.
  if (unopened(broken) === 0 && !slow) return [];
  const { proxies } = broken.path;
  return [...proxies.map(({ name }) => name), 'origin'].flatMap((host) => {
    const counters = broken.tcpCounters.filter((one) => one.host === host).map(({ delta }) => delta?.['ListenOverflows'] ?? 0);
    const sampled = broken.usages
      .filter((one) => one.host === host)
      .map(({ samples }) => samples.findLast((one) => one.listenOverflows !== null)?.listenOverflows ?? 0);
    const dropped = Math.max(0, ...counters, ...sampled);
    const sign = { resource: 'accept-queue' as const, host, hardness: HARDNESS.counted };
    if (dropped === 0) return [];
    const retried = slow ? [{ ...sign, because: 'connections took a second and more, as a SYN that is sent again does' }] : [];
    return [{ ...sign, because: `its kernel dropped ${dropped} connections as the accept queue was full (ListenOverflows)` }, ...retried];
  });
}

/** Percent of one CPU by host, as most of the load saw it. */
function cpuOf({ loads, usages }: BrokenLoads): ReadonlyMap<string, { readonly role: UsageEvidence['role']; readonly percent: number }> {
  const within = (atMs: number): boolean =>
    loads.some(({ startedAtMs, endedAtMs }) => atMs >= startedAtMs + OPENING_SHARE * (endedAtMs - startedAtMs) && atMs <= endedAtMs);
  const byHost = Map.groupBy(usages, ({ host }) => host);
  return new Map(
    [...byHost].flatMap(([host, own]) => {
      const seen = own.flatMap(({ samples }) =>
        samples.flatMap(({ atMs, cpuPercent }) => (cpuPercent !== null && within(atMs) ? [cpuPercent] : [])),
      );
      const percent = seen.toSorted((a, b) => a - b)[Math.floor(seen.length / 2)];
      const role = own[0]?.role;
      return percent === undefined || role === undefined ? [] : [[host, { role, percent }] as const];
    }),
  );
}

/**
 * One thread is full at one CPU. What may use several is full when it used all of the machine's, or when those were all used, and more than half of it by this program:
 * in a lab everything runs on one machine.
 */
function cpuSigns(broken: BrokenLoads): readonly StopperSign[] {
  const used = cpuOf(broken);
  const whole = broken.cpus * 100;
  const all = [...used.values()].reduce((sum, { percent }) => sum + percent, 0);
  return [...used].flatMap(([host, { role, percent }]): readonly StopperSign[] => {
    if (role === 'client') return [];
    const resource = role === 'origin' ? ('origin-cpu' as const) : ('proxy-cpu' as const);
    const sign = { resource, host, hardness: HARDNESS.used };
    const service = broken.path.proxies.find(({ name }) => name === host)?.service ?? '';
    const most = role === 'origin' || ONE_THREAD.has(service) ? 100 : whole;
    const own =
      percent >= BUSY * most ? [{ ...sign, because: `it used ${percent.toFixed(0)} % of a CPU, of the ${most} % that it can` }] : [];
    const isMost = most > 100 && all >= BUSY * whole && percent > all / 2;
    const shared = isMost
      ? [
          {
            ...sign,
            because: `all programs together used ${all.toFixed(0)} % of the machine's ${whole} %, and more than half of that, ${percent.toFixed(0)} %, was its`,
          },
        ]
      : [];
    return [...own, ...shared];
  });
}

/** The kernel ends programs by SIGKILL for want of memory; that alone is not proof, and a growth beside it is. */
function killSigns({ crashes, usages, path }: BrokenLoads): readonly StopperSign[] {
  return crashes.flatMap(({ host, signal }): readonly StopperSign[] => {
    if (signal !== 'SIGKILL' || !path.proxies.some(({ name }) => name === host)) return [];
    const rss = usages.filter((one) => one.host === host).flatMap(({ samples }) => samples.flatMap(({ rssBytes }) => rssBytes ?? []));
    const [first, most] = [rss[0] ?? 0, Math.max(0, ...rss)];
    if (first === 0 || most < 4 * first) return [];
    const because = `it was killed after it had grown from ${(first / 1e6).toFixed(0)} to ${(most / 1e6).toFixed(0)} MB`;
    return [{ resource: 'memory', host, hardness: HARDNESS.counted, because }];
  });
}

/** What hosts used, for a report that can name none. */
export const usedWords = (broken: BrokenLoads): string =>
  [...cpuOf(broken)].map(([host, { percent }]) => `${host} ${percent.toFixed(0)} % of a CPU`).join(', ');
