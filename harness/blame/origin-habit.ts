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

/**
 * Statuses with which the origin refused handshakes that reached it as they were sent, and that it upgraded on the control path. Where it does
 * so, that another request was changed on the way does not explain the same answer.
 */
export function refusesUnchanged(
  handshakes: readonly HandshakeEvidence[],
  isUpgradedOnControl: (handshake: HandshakeEvidence) => boolean,
): ReadonlySet<number> {
  const statuses = handshakes.filter(isUpgradedOnControl).flatMap((handshake) => {
    const view = viewHandshake(handshake);
    const status = view.originSent?.status ?? null;
    const isUnchanged =
      view.sent !== null &&
      view.originReceived !== null &&
      requestChanges(view.sent, view.originReceived, handshake.atOrigin).length === 0 &&
      otherDifferences(view).length === 0;
    return isUnchanged && status !== null && status !== 101 ? [status] : [];
  });
  return new Set(statuses);
}
