import { cutSockets, failedHandshakes, firstHandshakeAfterMs } from '../measure/survived.ts';
import type { Recorded } from '../model/evidence.ts';
import type { SurvivalEvidence } from '../model/action-evidence.ts';
import type { FindingDetail } from '../model/finding.ts';

export type Survival = Recorded<SurvivalEvidence>;

export { cutSockets, failedHandshakes, firstHandshakeAfterMs };

/** How long processes of before the action were seen; null when there were none, or when the last still ran. */
export function oldWorkerMs({ oldProcesses, actionAtMs }: SurvivalEvidence): number | null {
  if (!oldProcesses.some(({ count }) => count > 0)) return null;
  const gone = oldProcesses.findLast(({ count }) => count > 0);
  const isGone = oldProcesses.at(-1)?.count === 0;
  return isGone && gone !== undefined ? Math.round(gone.atMs - actionAtMs) : null;
}

/** Of what each audit of survivals reports; a number that is not known is left out. */
export function survivalMeasures(survivals: readonly Survival[]): Readonly<Record<string, number>> {
  const sockets = survivals.reduce((sum, one) => sum + one.sockets.length, 0);
  const cut = survivals.reduce((sum, one) => sum + cutSockets(one).length, 0);
  const worst = (of: (one: Survival) => number | null): number | null => {
    const known = survivals.flatMap((one) => of(one) ?? []);
    return known.length === 0 ? null : Math.max(...known);
  };
  const measures: Readonly<Record<string, number | null>> = {
    survivedPercent: sockets === 0 ? null : Math.round(((sockets - cut) / sockets) * 1000) / 10,
    lostMessages: survivals.reduce((sum, one) => sum + one.sockets.reduce((lost, socket) => lost + socket.lost, 0), 0),
    firstHandshakeAfterMs: worst(firstHandshakeAfterMs),
    oldWorkerMs: worst(oldWorkerMs),
    reconnectPeakPerSecond: worst(({ reconnectPeakPerSecond }) => reconnectPeakPerSecond),
  };
  return Object.fromEntries(Object.entries(measures).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

/** One line a case: what was done, and what became of the sockets. */
export const survivalTable = (survivals: readonly Survival[]): FindingDetail => ({
  kind: 'table',
  title: 'What became of the sockets',
  columns: ['case', 'host', 'survived', 'the others ended', 'messages lost', 'first new handshake', 'old processes', 'reconnects a second'],
  rows: survivals.map((one) => [
    one.caseId,
    one.action.host,
    `${one.sockets.length - cutSockets(one).length} of ${one.sockets.length}`,
    endsInWords(one),
    String(one.sockets.reduce((sum, { lost }) => sum + lost, 0)),
    inMs(firstHandshakeAfterMs(one)),
    oldInWords(one),
    one.reconnectPeakPerSecond === null ? '-' : String(one.reconnectPeakPerSecond),
  ]),
});

const inMs = (ms: number | null): string => (ms === null ? 'none' : `after ${ms} ms`);

function oldInWords(one: Survival): string {
  const ms = oldWorkerMs(one);
  if (ms !== null) return `gone after ${ms} ms`;
  return one.oldProcesses.some(({ count }) => count > 0) ? 'still there' : 'none';
}

/** `20 by FIN after 1084 ms`. */
export function endsInWords(one: SurvivalEvidence): string {
  const cut = cutSockets(one);
  if (cut.length === 0) return '-';
  const after = Math.round(Math.min(...cut.map(({ endedAtMs }) => endedAtMs)) - one.actionAtMs);
  const kinds = Map.groupBy(cut, ({ end, closeCode }) =>
    end === 'close-frame' ? `Close ${closeCode ?? 'without a code'}` : end.toUpperCase(),
  );
  return `${[...kinds].map(([kind, sockets]) => `${sockets.length} by ${kind}`).join(', ')} after ${after} ms`;
}
