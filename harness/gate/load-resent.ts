import type { HostEvidence, LoadEvidence } from '../model/evidence.ts';
import type { UsageEvidence } from '../model/load.ts';
import { type Leg, legsOf, type Path } from '../model/path.ts';
import type { LoadChart } from '../model/record.ts';
import type { SocketEvidence } from '../model/wire-evidence.ts';

type Resent = LoadChart['resent'][number];
type Window = Pick<LoadEvidence, 'startedAtMs' | 'endedAtMs'>;
/** A counter's value at a time, since whenever it began. */
type Reading = readonly [atMs: number, segs: number];

export interface ResentGround {
  readonly path: Path;
  readonly hosts: readonly HostEvidence[];
  /** Of the load's path and scenario. */
  readonly usages: readonly UsageEvidence[];
  readonly sockets: readonly SocketEvidence[];
}

/**
 * Segments sent again during a load, by leg and sender. A host that ends one leg is read from its kernel's counter, and so is any whose sockets were not
 * sampled; then its legs are counted together. One that was not measured is left out.
 */
export function loadResent(load: Window, { path, hosts, usages, sockets }: ResentGround): readonly Resent[] {
  const legs = legsOf(path);
  const names = ['client', ...path.proxies.map(({ name }) => name), 'origin'];
  return names.flatMap((host) => {
    const own = legs.filter(({ from, to }) => from === host || to === host);
    const seen = sockets.filter((socket) => socket.host === host && socket.samples.some(({ retransSegs }) => retransSegs !== null));
    if (own.length > 1 && seen.length > 0) {
      return own.map((leg) => resent([leg], host, climbs(load, seen.filter((socket) => isOn(leg, socket, hosts)).map(readingsOfSocket))));
    }
    const counters = usages.filter((usage) => usage.host === host).map(readingsOfHost);
    return counters.some((readings) => readings.length > 0) ? [resent(own, host, climbs(load, counters))] : [];
  });
}

const readingsOfHost = ({ startedAtMs, samples }: UsageEvidence): readonly Reading[] => {
  const read = samples.flatMap(({ atMs, retransSegs }) => (retransSegs === null ? [] : [[atMs, retransSegs] as const]));
  return read.length === 0 ? [] : [[startedAtMs, 0], ...read];
};

/** A socket begins with nothing sent again. One that was open before the load has been looked at before it. */
const readingsOfSocket = ({ samples }: SocketEvidence): readonly Reading[] => {
  const read = samples.flatMap(({ atMs, retransSegs }) => (retransSegs === null ? [] : [[atMs, retransSegs] as const]));
  const [first] = read;
  return first === undefined ? [] : [[first[0], 0], ...read];
};

/** By how much several counters grew within the load, and when, in order of time. */
function climbs({ startedAtMs, endedAtMs }: Window, counters: readonly (readonly Reading[])[]): readonly Reading[] {
  const steps = counters.flatMap((readings) =>
    readings.slice(1).flatMap(([atMs, segs], index): readonly Reading[] => {
      const more = segs - (readings[index]?.[1] ?? 0);
      return more > 0 && atMs >= startedAtMs && atMs <= endedAtMs + SAMPLE_MS ? [[atMs - startedAtMs, more]] : [];
    }),
  );
  return steps.toSorted((a, b) => a[0] - b[0]);
}

/** The sample after the end of a load still tells of its last second. */
const SAMPLE_MS = 1000;

/** One point for each time at which it grew, at most this many. */
const MOST_POINTS = 600;

function resent(legs: readonly Leg[], host: string, steps: readonly Reading[]): Resent {
  let sum = 0;
  const points = steps.map(([atMs, more]) => ({ atMs, retransSegs: (sum += more) }));
  const every = Math.ceil(points.length / MOST_POINTS);
  const kept = points.filter((_, index) => index % every === every - 1 || index === points.length - 1);
  return { legs: legs.map(({ name }) => name), host, points: [{ atMs: 0, retransSegs: 0 }, ...kept.slice(-(MOST_POINTS - 1))] };
}

const addressOf = (end: string): string => end.slice(0, end.lastIndexOf(':')).replace(/^\[|\]$/g, '');

/** A socket belongs to the leg whose other end has its peer's address. */
const isOn = ({ from, to }: Leg, { host, peer }: SocketEvidence, hosts: readonly HostEvidence[]): boolean => {
  const other = from === host ? to : to === host ? from : null;
  const address = addressOf(peer);
  return hosts.some((it) => it.host === other && it.addresses.some((one) => one.replace(/\/\d+$/, '') === address));
};
