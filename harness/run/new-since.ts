import type { OriginConnection } from '../model/evidence.ts';

/**
 * What reached the origin between two looks at it. A proxy may send a request over a connection it already had, so connections that
 * were there before are kept with only what came since; those on which nothing came are left out.
 */
export function newSince(before: readonly OriginConnection[], after: readonly OriginConnection[]): readonly OriginConnection[] {
  return after.flatMap((connection) => {
    const old = before.find(({ id }) => id === connection.id);
    if (old === undefined) return [connection];
    const received = connection.received.slice(old.received.length);
    return received.length === 0 ? [] : [{ ...connection, received, sent: connection.sent.slice(old.sent.length) }];
  });
}
