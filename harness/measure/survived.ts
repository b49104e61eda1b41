import type { SurvivalEvidence, SurvivingSocket } from '../model/action-evidence.ts';

const UPGRADED = '101';

/** Sockets that were open when the action began and did not live through the watch. */
export const cutSockets = ({ sockets, actionAtMs }: SurvivalEvidence): readonly (SurvivingSocket & { readonly endedAtMs: number })[] =>
  sockets.flatMap((socket) =>
    socket.endedAtMs !== null && socket.end !== 'survived' && socket.endedAtMs >= actionAtMs
      ? [{ ...socket, endedAtMs: socket.endedAtMs }]
      : [],
  );

export const failedHandshakes = ({ newHandshakes }: SurvivalEvidence): SurvivalEvidence['newHandshakes'] =>
  newHandshakes.filter(({ outcome }) => outcome !== UPGRADED);

/**
 * When a new handshake first went through after the action, in milliseconds from it: after the first that failed, where any did, because
 * one may slip through before the action takes hold. Null when none did in the watch.
 */
export function firstHandshakeAfterMs(survival: SurvivalEvidence): number | null {
  const since = failedHandshakes(survival)[0]?.atMs ?? survival.actionAtMs;
  const first = survival.newHandshakes.find(({ outcome, atMs }) => outcome === UPGRADED && atMs >= since);
  return first === undefined ? null : Math.round(first.atMs + first.elapsedMs - survival.actionAtMs);
}
