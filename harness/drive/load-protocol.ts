import type { LoadProfile, LoadResult, Shard } from '../model/load.ts';
import type { ProgramUsage } from '../model/program-usage.ts';
import type { Endpoint } from './http-protocol.ts';

/* Of what harness and driver say to each other (protocol.ts): loads. */

/**
 * Makes the load of a profile, or its shard of it. While it runs, each bucket that is over is told at once as `{ id, progress: LoadBucket }`, so that a driver that
 * is killed leaves what it had seen.
 */
export interface LoadRequest {
  readonly kind: 'load';
  readonly endpoint: Endpoint;
  /** Addresses of the client host to connect from, in turn; empty: the kernel chooses. */
  readonly sourceAddresses: readonly string[];
  readonly profile: LoadProfile;
  readonly shard: Shard;
  /** Wait before the schedules begin: the start that several drivers were told. */
  readonly startInMs: number;
  /** For connect, TLS and upgrade of one connection. */
  readonly openingMs: number;
  /** After this many upgrade failures in a row, before any success, the load stops: a refusing path is not hammered. */
  readonly maxUpgradeFailures: number;
  readonly bucketMs: number;
}

export type LoadReply = LoadResult;

/** Ends every load that runs now; each replies with what it has, within a second. */
export interface StopRequest {
  readonly kind: 'stop';
}

export interface StopReply {
  readonly stopped: number;
}

/** What this program uses. */
export interface UsageRequest {
  readonly kind: 'usage';
}

export type UsageReply = ProgramUsage;
