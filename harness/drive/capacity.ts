import { nowMs } from '../measure/clock.ts';
import { type HandshakeOutcome, outcomeLabel } from '../model/outcome.ts';
import { OPCODE } from '../wire/frame.ts';
import type { ClientSession } from './client-session.ts';
import { openSession } from './open-session.ts';
import type { CapacityReply, CapacityRequest } from './protocol.ts';

const STILL_HERE = Buffer.from('hopscope held');
const RETRY_MS = 50;
/** A path that is free again answers at once; what waits longer is in the queue of one that is not. */
const RECOVERY_PATIENCE_MS = 300;

interface Held {
  readonly session: ClientSession;
  hasAnswered: boolean;
}

/** One socket after the other, so that the count of those before the first that fails is exact. */
export async function driveCapacity(request: CapacityRequest): Promise<CapacityReply> {
  const { endpoint, most, above, patienceMs } = request;
  const startedAtMs = nowMs();
  const deadlineAtMs = startedAtMs + request.deadlineMs;
  const held: Held[] = [];
  const failures: string[] = [];
  const attempt = async (waitMs: number): Promise<HandshakeOutcome> => {
    const entry = { hasAnswered: false };
    const { outcome, session } = await openSession(endpoint, Math.min(deadlineAtMs, nowMs() + waitMs), ({ payload }) => {
      if (payload.equals(STILL_HERE)) entry.hasAnswered = true;
    });
    if (session !== null) held.push(Object.assign(entry, { session }));
    return outcome;
  };
  while (held.length < most && failures.length === 0 && nowMs() < deadlineAtMs) {
    const outcome = await attempt(patienceMs);
    if (outcome.kind !== 'upgraded') failures.push(whatWasSeen(outcome));
  }
  const opened = held.length;
  if (failures.length > 0) {
    const more = await Promise.all(Array.from({ length: Math.max(0, above - 1) }, () => attempt(patienceMs)));
    failures.push(...more.map(whatWasSeen));
  }
  const heldAnswered = await askAll(held, patienceMs);
  const recoveredAfterMs = failures.length === 0 ? null : await recover(held, request, attempt);
  await Promise.all(held.map(({ session }) => session.close()));
  return { startedAtMs, endedAtMs: nowMs(), opened, above: counts(failures), heldAnswered, recoveredAfterMs };
}

async function askAll(held: readonly Held[], patienceMs: number): Promise<number> {
  const untilMs = nowMs() + patienceMs;
  for (const { session } of held) session.send(OPCODE.text, STILL_HERE);
  await Promise.all(held.map((one) => one.session.wire.until(() => one.hasAnswered || one.session.wire.end !== null, untilMs)));
  return held.filter(({ hasAnswered }) => hasAnswered).length;
}

/** Lets some go in order, then tries until one is accepted. */
async function recover(
  held: Held[],
  { release, recoverMs }: CapacityRequest,
  attempt: (waitMs: number) => Promise<HandshakeOutcome>,
): Promise<number | null> {
  const releasedAtMs = nowMs();
  await Promise.all(held.splice(0, release).map(({ session }) => session.close()));
  for (;;) {
    const outcome = await attempt(RECOVERY_PATIENCE_MS);
    if (outcome.kind === 'upgraded') return nowMs() - releasedAtMs;
    if (nowMs() - releasedAtMs > recoverMs) return null;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

/** What the client saw of one that was not accepted: `silent` was connected and got no answer. */
function whatWasSeen(outcome: HandshakeOutcome): string {
  if (outcome.kind === 'timeout') return outcome.waitingFor === 'connect' ? 'no-connect' : 'silent';
  if (outcome.kind === 'connect-failed') return outcome.code === 'ECONNREFUSED' ? 'refused' : 'connect-failed';
  return outcomeLabel(outcome);
}

const counts = (labels: readonly string[]): Readonly<Record<string, number>> =>
  Object.fromEntries([...Map.groupBy(labels, (label) => label)].map(([label, all]) => [label, all.length]));
