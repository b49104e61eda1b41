import { diffRequest } from './header-diff.ts';
import { viewHandshake, type HandshakeView } from './handshake-view.ts';
import { requestChanges } from './meaning-change.ts';
import type { HandshakeEvidence } from '../model/evidence.ts';

/**
 * Fields that an intermediary answers for itself on each connection, or has to add (RFC 9110 sections 7.6.1 and 7.6.3). That an upgrade got
 * lost among them is told as a change of the meaning.
 */
const OWN_FIELDS = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'upgrade', 'via']);

/** What else differs between the request that was sent and the one that came: names with what was done to them. */
export function otherDifferences({ sent, originReceived }: HandshakeView): readonly string[] {
  if (sent === null || originReceived === null) return [];
  return diffRequest('client', 'origin', sent, originReceived)
    .changes.flatMap((change) => (change.kind === 'recased' ? [] : [change]))
    .filter(({ name }) => !OWN_FIELDS.has(name.toLowerCase()))
    .map(({ name, kind }) => `${name} was ${kind}`);
}

/** Statuses with which an origin refuses handshakes that it upgrades on the control path. */
export interface OriginHabit {
  /** Although they reached it as they were sent. */
  readonly asSent: ReadonlySet<number>;
  /** Although nothing changed their meaning; fields may have been added that it minds. */
  readonly asMeant: ReadonlySet<number>;
}

export const NO_HABIT: OriginHabit = { asSent: new Set(), asMeant: new Set() };

/** What an origin refuses whatever comes: where it does so, that another request was changed on the way does not explain the same answer. */
export function habitOf(
  handshakes: readonly HandshakeEvidence[],
  isUpgradedOnControl: (handshake: HandshakeEvidence) => boolean,
): OriginHabit {
  const refused = handshakes.filter(isUpgradedOnControl).flatMap((handshake) => {
    const view = viewHandshake(handshake);
    const status = view.originSent?.status ?? 101;
    if (view.sent === null || view.originReceived === null || status === 101) return [];
    const isMeant = requestChanges(view.sent, view.originReceived, handshake.atOrigin).length === 0;
    return isMeant ? [{ status, isAsSent: otherDifferences(view).length === 0 }] : [];
  });
  return {
    asSent: new Set(refused.filter(({ isAsSent }) => isAsSent).map(({ status }) => status)),
    asMeant: new Set(refused.map(({ status }) => status)),
  };
}
