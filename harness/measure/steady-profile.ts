import type { LoadProfile } from '../model/load.ts';

/** The plainest load: all connections at once, then messages at a constant rate over all of them in turn, in an open loop. */
export const steadyProfile = (of: {
  readonly connections: number;
  readonly messagesPerSecond: number;
  readonly durationMs: number;
  readonly payloadBytes: number;
  readonly seed: number;
}): LoadProfile => ({
  loop: 'open',
  connections: [{ kind: 'burst', count: of.connections, everyMs: 1, forMs: 1 }],
  lifeMs: null,
  messages: [{ kind: 'rate', fromPerSecond: of.messagesPerSecond, toPerSecond: of.messagesPerSecond, forMs: of.durationMs }],
  messagesBegin: 'opened',
  depth: 1,
  thinkMs: 0,
  durationMs: of.durationMs,
  size: { kind: 'fixed', bytes: of.payloadBytes },
  payload: 'text',
  fragments: 1,
  pingEveryMs: null,
  deflate: false,
  sources: 1,
  reconnect: null,
  slowReaders: null,
  drivers: 1,
  compared: true,
  seed: of.seed,
});
