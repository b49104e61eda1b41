import type { Socket } from 'node:net';
import { HarnessError } from '../errors.ts';
import type { Shard } from '../model/load.ts';
import { LineSplitter } from '../wire/line-splitter.ts';

/*
 * What drivers say to each other before they start, one JSON value a line. A guest says hello; the host (shard 0) answers `welcome` at once, which gives the round
 * trip, and `go` when all are there, or `refused`. Times are relative: no two clocks have to agree.
 */

export interface BarrierHello {
  readonly hopscopeBarrier: 1;
  readonly runId: string;
  readonly shard: Shard;
}

export type BarrierAnswer =
  | { readonly kind: 'welcome' }
  | { readonly kind: 'go'; readonly inMs: number }
  | { readonly kind: 'refused'; readonly because: string };

/** Where shard 0 listens, and what the others have to name to be let in. */
export interface BarrierOptions {
  readonly host: string;
  readonly port: number;
  readonly runId: string;
  readonly shard: Shard;
  /** How long all drivers may take to come. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** What a driver knows when it was let go. */
export interface Released {
  readonly startInMs: number;
  readonly roundTripMs: number;
  readonly waitedMs: number;
}

const MAX_LINE_BYTES = 4096;
const MAX_WORDS = 500;

export const send = (socket: Socket, value: BarrierHello | BarrierAnswer): void => void socket.write(`${JSON.stringify(value)}\n`);

/** Hands each line of a socket on as JSON; null: one that is no JSON object, or too long. */
export function onLines(socket: Socket, take: (value: Readonly<Record<string, unknown>> | null) => void): void {
  const splitter = new LineSplitter(MAX_LINE_BYTES);
  socket.on('data', (chunk: Buffer) => {
    for (const line of splitter.push(chunk)) take(line.kind === 'line' ? parsed(line.text) : null);
  });
}

function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : null;
  } catch {
    return null;
  }
}

/** A hello, or null for anything else. */
export function helloOf(value: Readonly<Record<string, unknown>> | null): BarrierHello | null {
  const { hopscopeBarrier, runId, shard } = value ?? {};
  const { index, of } = typeof shard === 'object' && shard !== null ? (shard as Partial<Shard>) : {};
  if (hopscopeBarrier !== 1 || typeof runId !== 'string' || !Number.isInteger(index) || !Number.isInteger(of)) return null;
  return { hopscopeBarrier: 1, runId: runId.slice(0, MAX_WORDS), shard: { index: Number(index), of: Number(of) } };
}

/** An answer of the host, or null for anything else. */
export function answerOf(value: Readonly<Record<string, unknown>> | null): BarrierAnswer | null {
  const { kind, inMs, because } = value ?? {};
  if (kind === 'welcome') return { kind };
  if (kind === 'go' && typeof inMs === 'number' && inMs >= 0 && inMs < 60_000) return { kind, inMs };
  return kind === 'refused' && typeof because === 'string' ? { kind, because: because.slice(0, MAX_WORDS) } : null;
}

export const barrierError = (message: string, cause?: unknown): HarnessError =>
  new HarnessError('DRIVE_ERR_BARRIER', message, cause === undefined ? {} : { cause });

export const interrupted = (): HarnessError => new HarnessError('RUN_ERR_INTERRUPTED', 'interrupted while waiting for the other drivers');

const LISTED = 20;

/** `1, 4, 5` and, of many, how many more. */
export function listedShards(indexes: readonly number[]): string {
  const more = indexes.length > LISTED ? ` and ${String(indexes.length - LISTED)} more` : '';
  return `${indexes.slice(0, LISTED).join(', ')}${more}`;
}
