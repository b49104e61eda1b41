import type { UsageSample } from '../model/load.ts';
import type { TcpCounters } from '../probes/tcp-counters.ts';

/** More than a day of seconds would be: what comes after is not kept. */
const MAX_SAMPLES = 100_000;

/** One process of a host's program at one time. */
export interface ProcessUsage {
  /** The same for the same process, and for no other. */
  readonly key: string;
  /** Since it started. */
  readonly cpuMs: number;
  readonly rssBytes: number;
  readonly openFiles: number | null;
}

/** What was read of a host at one time. Null: it could not be read. */
export interface UsageReading {
  readonly atMs: number;
  readonly processes: readonly ProcessUsage[] | null;
  readonly counters: TcpCounters | null;
}

/** Turns readings of one host into samples: CPU since the reading before, kernel counters since the first. */
export class UsageSeries {
  readonly samples: UsageSample[] = [];
  #cpuMs: ReadonlyMap<string, number> | null = null;
  #cpuAtMs = 0;
  #first: TcpCounters | null = null;

  add({ atMs, processes, counters }: UsageReading): void {
    if (this.samples.length >= MAX_SAMPLES) return;
    this.#first ??= counters;
    const files = processes?.map(({ openFiles }) => openFiles) ?? [null];
    this.samples.push({
      atMs,
      cpuPercent: processes === null ? null : this.#cpuPercent(atMs, processes),
      rssBytes: processes === null ? null : sumOf(processes.map(({ rssBytes }) => rssBytes)),
      openFiles: files.includes(null) ? null : sumOf(files.map(Number)),
      outSegs: this.#since(counters, 'OutSegs'),
      retransSegs: this.#since(counters, 'RetransSegs'),
      listenOverflows: this.#since(counters, 'ListenOverflows'),
    });
  }

  /** A process that was not there before used all of its CPU since; what one used that has ended meanwhile is not known. */
  #cpuPercent(atMs: number, processes: readonly ProcessUsage[]): number | null {
    const [before, elapsedMs] = [this.#cpuMs, atMs - this.#cpuAtMs];
    this.#cpuMs = new Map(processes.map(({ key, cpuMs }) => [key, cpuMs]));
    this.#cpuAtMs = atMs;
    if (before === null || elapsedMs <= 0) return null;
    const usedMs = sumOf(processes.map(({ key, cpuMs }) => Math.max(0, cpuMs - (before.get(key) ?? 0))));
    return Math.round((1000 * usedMs) / elapsedMs) / 10;
  }

  #since(counters: TcpCounters | null, name: string): number | null {
    const [now, then] = [counters?.[name], this.#first?.[name]];
    return now === undefined || then === undefined ? null : now - then;
  }
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
