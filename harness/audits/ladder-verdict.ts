import type { Recorded } from '../model/evidence.ts';
import type { ConfiguredLimit, LadderEvidence } from '../model/limit-evidence.ts';

export type Rung = Recorded<LadderEvidence>;

/** What a rung says. Of those with `by` the line is the one whose limit is the measured one; null where two hosts have such lines. */
export type RungVerdict =
  /** Cut when a config says so. */
  | { readonly kind: 'as-configured'; readonly limitMs: number; readonly by: ConfiguredLimit | null }
  /** Cut at the same time on the control path, so by the origin. */
  | { readonly kind: 'by-origin'; readonly limitMs: number }
  /** Cut, and no config says so, but of some host's config the limits cannot be read. */
  | { readonly kind: 'unread'; readonly limitMs: number }
  /** Cut, and no config says so. */
  | { readonly kind: 'unexplained'; readonly limitMs: number; readonly nearest: ConfiguredLimit | null }
  /** Not cut although a config says it would have been within the watch. */
  | { readonly kind: 'not-enforced'; readonly by: ConfiguredLimit }
  /** Not cut within the watch; `by`: the least limit that lies beyond it. */
  | { readonly kind: 'outlasted'; readonly by: ConfiguredLimit | null };

/** A timer fires late on a busy machine, and nginx keeps one that is less than 300 ms off instead of setting it anew. */
const TOLERANCE = 0.15;
const TOLERANCE_MS = 300;
/** A busy machine is late, never early. */
const LATE = 2;

function isNear(measuredMs: number, limitMs: number, slackMs: number): boolean {
  const early = Math.max(TOLERANCE * limitMs, TOLERANCE_MS);
  return measuredMs >= limitMs - early - slackMs && measuredMs <= limitMs + early * LATE + slackMs;
}

interface Beside {
  /** The same rung of the control path. */
  readonly control: Rung | undefined;
  /** Limits of idle sockets, which end one under traffic too where that traffic does not count. */
  readonly idle: readonly ConfiguredLimit[];
  /** Whether packets are lost or delayed on the way, so that traffic may stop for longer than an idle limit. */
  readonly mayStall: boolean;
  /** Whether some host on the path has limits that are not known. */
  readonly hasUnread: boolean;
}

export function judgeRung(rung: Rung, { control, idle, mayStall, hasUnread }: Beside): RungVerdict {
  const { limitMs, watchedMs, configured, slackMs = 0 } = rung;
  const candidates = configured.length > 0 ? configured : isUnderTraffic(rung) ? idle : [];
  const nearestFirst = [...candidates].toSorted((a, b) => Math.abs(a.limitMs - (limitMs ?? 0)) - Math.abs(b.limitMs - (limitMs ?? 0)));
  if (limitMs !== null) {
    const fits = nearestFirst.filter((one) => isNear(limitMs, one.limitMs, slackMs));
    if (fits.length > 0)
      return { kind: 'as-configured', limitMs, by: new Set(fits.map(({ host }) => host)).size === 1 ? (fits[0] ?? null) : null };
    if (control !== undefined && control.limitMs !== null && isNear(limitMs, control.limitMs, slackMs))
      return { kind: 'by-origin', limitMs };
    const stalled = mayStall && isUnderTraffic(rung) ? idle.find((one) => one.limitMs <= limitMs + slackMs) : undefined;
    if (stalled !== undefined) return { kind: 'as-configured', limitMs, by: stalled };
    if (hasUnread) return { kind: 'unread', limitMs };
    return { kind: 'unexplained', limitMs, nearest: nearestFirst[0] ?? null };
  }
  const [least] = configured.toSorted((a, b) => a.limitMs - b.limitMs);
  const due = configured.filter(
    (one) =>
      one.line.scope?.logName === undefined && one.limitMs + LATE * Math.max(TOLERANCE * one.limitMs, TOLERANCE_MS) + slackMs < watchedMs,
  );
  const [first] = due.toSorted((a, b) => a.limitMs - b.limitMs);
  return first === undefined ? { kind: 'outlasted', by: least ?? null } : { kind: 'not-enforced', by: first };
}

const isUnderTraffic = ({ mode }: Rung): boolean =>
  mode === 'ping' || mode === 'busy' || mode === 'client-to-origin' || mode === 'origin-to-client';
