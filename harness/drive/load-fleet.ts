import { Distribution } from '../measure/distribution.ts';
import { outcomeLabel } from '../model/outcome.ts';
import type { Message } from '../wire/message-assembler.ts';
import type { ClientSession } from './client-session.ts';
import { openSession } from './open-session.ts';
import type { LoadRequest } from './protocol.ts';

/** The sessions of one slot, and how their openings went. */
export interface Fleet {
  readonly attempts: number;
  readonly sessions: readonly ClientSession[];
  readonly upgradeFailures: Readonly<Record<string, number>>;
  readonly handshake: Distribution;
}

/**
 * Opens the sessions at once, yet never more at a time than may fail in a row, so that a refusing path is asked a few times and
 * then left alone. After that many failures in a row no more are opened.
 */
export async function openFleet(
  { endpoint, shape, maxUpgradeFailures }: LoadRequest,
  deadlineAtMs: number,
  onMessage: (message: Message, atMs: number) => void,
): Promise<Fleet> {
  const limit = Math.max(1, maxUpgradeFailures);
  const sessions: ClientSession[] = [];
  const upgradeFailures: Record<string, number> = {};
  const handshake = new Distribution();
  let attempts = 0;
  let failuresInRow = 0;
  const openOneByOne = async (): Promise<void> => {
    while (attempts < shape.connections && failuresInRow < limit) {
      attempts += 1;
      const { outcome, session } = await openSession(endpoint, deadlineAtMs, onMessage);
      if (session !== null && outcome.kind === 'upgraded') {
        failuresInRow = 0;
        handshake.record(outcome.elapsedMs * 1000);
        sessions.push(session);
      } else {
        failuresInRow += 1;
        const label = outcomeLabel(outcome);
        upgradeFailures[label] = (upgradeFailures[label] ?? 0) + 1;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, shape.connections) }, openOneByOne));
  return { attempts, sessions, upgradeFailures, handshake };
}

/** Why sessions ended, by kind. */
export function countEnds(sessions: readonly ClientSession[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { wire } of sessions) {
    if (wire.end !== null) counts[wire.end.kind] = (counts[wire.end.kind] ?? 0) + 1;
  }
  return counts;
}
