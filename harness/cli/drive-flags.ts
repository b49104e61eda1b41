import { createHash, randomBytes } from 'node:crypto';
import { HarnessError } from '../errors.ts';
import { MAX_SHARDS } from '../fleet/read-shard-lines.ts';
import type { LoadProfile, Shard } from '../model/load.ts';

/** What the environment says: Kubernetes sets JOB_COMPLETION_INDEX in the pods of an Indexed Job, our manifest the others. */
export type DriveEnvironment = Readonly<Record<string, string | undefined>>;

const LONGEST_SECONDS = 7 * 86_400;

/** `i/N` of the flag, else of the environment, else `0/1`. Throws USAGE_ERR_BAD_FLAG. */
export function shardFrom(flag: string | undefined, environment: DriveEnvironment): Shard {
  const { JOB_COMPLETION_INDEX: index, HOPSCOPE_SHARDS: of } = environment;
  const isHalf = flag === undefined && (index === undefined) !== (of === undefined);
  if (isHalf) throw bad('JOB_COMPLETION_INDEX and HOPSCOPE_SHARDS', 'both set or neither', `${index ?? 'nothing'} and ${of ?? 'nothing'}`);
  const text = flag ?? (index === undefined || of === undefined ? '0/1' : `${index}/${of}`);
  const match = /^(\d{1,6})\/(\d{1,6})$/.exec(text);
  const shard = { index: Number(match?.[1] ?? Number.NaN), of: Number(match?.[2] ?? Number.NaN) };
  if (shard.index < shard.of && shard.of <= MAX_SHARDS) return shard;
  const name = flag === undefined ? 'JOB_COMPLETION_INDEX/HOPSCOPE_SHARDS' : '--shard';
  throw bad(name, `i/N with i from 0 to N - 1 and N of at most ${String(MAX_SHARDS)}`, text);
}

/** `HOST:PORT`, an IPv6 address in brackets. Throws USAGE_ERR_BAD_FLAG. */
export function barrierFrom(flag: string): { readonly host: string; readonly port: number } {
  const match = /^(?:\[([0-9a-fA-F:.]{2,45})\]|([\w.-]{1,253})):(\d{1,5})$/.exec(flag);
  const port = Number(match?.[3] ?? 0);
  const host = match?.[1] ?? match?.[2];
  if (host !== undefined && port > 0 && port <= 65_535) return { host, port };
  throw bad('--barrier', 'HOST:PORT', flag);
}

/** Milliseconds of a flag in seconds. Throws USAGE_ERR_BAD_FLAG. */
export function secondsFrom(flag: string, text: string): number {
  const seconds = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (seconds > 0 && seconds <= LONGEST_SECONDS) return seconds * 1000;
  throw bad(flag, `a number of seconds above 0 and up to ${String(LONGEST_SECONDS)}`, text);
}

/** A whole number of drivers. Throws USAGE_ERR_BAD_FLAG. */
export function driversFrom(text: string | undefined): number {
  const drivers = /^\d{1,6}$/.test(text ?? '') ? Number(text) : 0;
  if (drivers >= 1 && drivers <= MAX_SHARDS) return drivers;
  throw bad('--drivers', `a whole number from 1 to ${String(MAX_SHARDS)}`, text ?? 'nothing');
}

export interface RunIdGround {
  readonly shard: Shard;
  readonly url: string;
  readonly load: string;
  readonly profile: LoadProfile;
}

/** The id that all shards of a run share. A lone driver has a new one; several find the same one without a word. Throws USAGE_ERR_BAD_FLAG. */
export function runIdFrom(given: string | undefined, { shard, url, load, profile }: RunIdGround): string {
  if (given !== undefined) {
    if (/^[\w.-]{1,63}$/.test(given)) return given;
    throw bad('--run-id', 'of 1 to 63 letters, digits, dots, dashes and underscores', given);
  }
  if (shard.of === 1) return newRunId();
  return `drive-${createHash('sha256')
    .update(JSON.stringify([url, load, profile, shard.of]))
    .digest('hex')
    .slice(0, 12)}`;
}

export const newRunId = (): string => `drive-${randomBytes(6).toString('hex')}`;

const bad = (flag: string, expected: string, got: string): HarnessError =>
  new HarnessError('USAGE_ERR_BAD_FLAG', `expected ${flag} to be ${expected}, got '${got.slice(0, 100)}'`);
