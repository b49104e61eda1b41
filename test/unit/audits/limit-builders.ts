import type { CapacityEvidence, ConfiguredLimit, LadderEvidence } from '../../../harness/model/limit-evidence.ts';
import type { ConfigLine } from '../../../harness/model/service.ts';
import { configLine, T0 } from './path-builders.ts';

/** A line that limits time, as it was run. */
export const timeLine = (limitMs: number, more: Partial<ConfigLine> = {}): ConfigLine =>
  configLine('limits-time', { file: 'nginx.conf', line: 14, text: 'proxy_read_timeout 2s;', modes: ['idle'], limitMs, ...more });

export const configured = (host: string, limitMs: number, more: Partial<ConfigLine> = {}): ConfiguredLimit => ({
  host,
  limitMs,
  line: timeLine(limitMs, more),
});

/** A rung that outlasted its watch. */
export const rung = (more: Partial<LadderEvidence> = {}): LadderEvidence => ({
  path: 'subject',
  scenario: 'lifetime',
  mode: 'idle',
  direction: null,
  startedAtMs: T0,
  watchedMs: 4000,
  limitMs: null,
  clientPort: 40_001,
  client: { kind: 'survived' },
  origin: null,
  timeScale: 1,
  configured: [],
  ...more,
});

/** A rung that was ended by FIN on both sides. */
export const cutRung = (limitMs: number, more: Partial<LadderEvidence> = {}): LadderEvidence =>
  rung({ limitMs, client: { kind: 'fin', atMs: T0 + limitMs }, origin: { kind: 'fin', atMs: T0 + limitMs }, ...more });

/** Eight sockets, and three that got 503. */
export const capacityCase = (more: Partial<CapacityEvidence> = {}): CapacityEvidence => ({
  path: 'subject',
  scenario: 'capacity',
  caseId: 'at-limit-connections',
  title: '',
  cite: '',
  resource: 'connections',
  configured: { host: 'haproxy', limit: 8, line: configLine('limits-count', { text: 'maxconn 8', resource: 'connections', limit: 8 }) },
  opened: 8,
  above: { '503': 3 },
  heldAnswered: 8,
  recoveredAfterMs: 12,
  startedAtMs: T0,
  endedAtMs: T0 + 100,
  ...more,
});
