import type { SurvivalEvidence, SurvivingSocket } from '../../../harness/model/action-evidence.ts';
import { T0 } from './path-builders.ts';

export const survivor = (more: Partial<SurvivingSocket> = {}): SurvivingSocket => ({
  clientPort: 40_001,
  endedAtMs: null,
  end: 'survived',
  closeCode: null,
  sent: 20,
  echoed: 20,
  lost: 0,
  duplicated: 0,
  ...more,
});

/** Ended by FIN so long after the action. */
export const cutAfter = (ms: number, more: Partial<SurvivingSocket> = {}): SurvivingSocket =>
  survivor({ endedAtMs: T0 + ms, end: 'fin', ...more });

export const shaken = (atMs: number, outcome = '101'): SurvivalEvidence['newHandshakes'][number] => ({
  atMs: T0 + atMs,
  outcome,
  elapsedMs: 5,
});

export const survival = (more: Partial<SurvivalEvidence> = {}): SurvivalEvidence => ({
  path: 'subject',
  scenario: 'reload',
  caseId: 'reload',
  title: 'A proxy reads its config anew',
  cite: 'RFC 6455 section 1.4',
  action: { host: 'haproxy', do: 'reload' },
  actionAtMs: T0,
  watchedUntilMs: T0 + 1400,
  sockets: [survivor(), survivor({ clientPort: 40_002 })],
  newHandshakes: [shaken(5), shaken(25)],
  reconnectPeakPerSecond: null,
  oldProcesses: [],
  ...more,
});

/** Looks at the old processes every 50 ms, of which the last was gone at this time. */
export const oldUntil = (goneMs: number): SurvivalEvidence['oldProcesses'] =>
  Array.from({ length: 28 }, (_, index) => ({ atMs: T0 + index * 50, count: index * 50 < goneMs ? 1 : 0 }));
