import { ORIGIN_COMMANDS } from '../../harness/model/origin-protocol.ts';

/** The interval asked for by a `hopscope:send-every` message in milliseconds, or null when the message is none. */
export function intervalOf(payload: Buffer): number | null {
  if (payload.length > 40 || !payload.toString('latin1').startsWith(`${ORIGIN_COMMANDS.sendEvery} `)) return null;
  const ms = Number(payload.toString('latin1', ORIGIN_COMMANDS.sendEvery.length + 1));
  return ms >= 1 && ms <= 3_600_000 ? ms : null;
}
