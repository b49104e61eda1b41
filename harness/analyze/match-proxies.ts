import type { ProxySeen, StreamSeen } from '../model/capture-analysis.ts';
import type { UpgradeSeen } from '../model/content-analysis.ts';

/** A request that a proxy sends on leaves it within this time, by the clocks of the captures. */
const SENT_ON_WITHIN_MS = 5000;

/**
 * Joins the client leg of a proxy with its server leg: the opening handshake that came in with the one that went out. A proxy passes Sec-WebSocket-Key on (the
 * accept value depends on it), so an equal key is the same handshake. Without that: the proxy's own address, the same target, and at most five seconds between.
 */
export function matchProxies(upgrades: readonly UpgradeSeen[], streams: readonly StreamSeen[]): readonly ProxySeen[] {
  const legs = onePerConnection(upgrades);
  return legs.flatMap((inward): readonly ProxySeen[] => {
    const clientLeg = placeOf(inward);
    const byKey = nextOf(inward, legs, (outward) => keyOf(inward) !== null && keyOf(outward) === keyOf(inward));
    if (byKey !== null) return [{ clientLeg, serverLeg: placeOf(byKey), because: 'both carry the same Sec-WebSocket-Key' }];
    const byTarget = nextOf(inward, legs, (outward) => isSentOn(inward, outward));
    if (byTarget !== null) {
      const because = `${hostOf(inward.server)} asked for the same target ${(byTarget.atMs - inward.atMs).toFixed(1)} ms later`;
      return [{ clientLeg, serverLeg: placeOf(byTarget), because }];
    }
    return isProxy(inward, streams)
      ? [
          {
            clientLeg,
            serverLeg: null,
            because: `${hostOf(inward.server)} opened other connections, and none of them carries this request`,
          },
        ]
      : [];
  });
}

/** A leg that was captured at both ends shows the same handshake twice. */
const onePerConnection = (upgrades: readonly UpgradeSeen[]): readonly UpgradeSeen[] => [
  ...new Map(upgrades.map((upgrade) => [`${upgrade.client} ${upgrade.server} ${keyOf(upgrade) ?? upgrade.atMs}`, upgrade])).values(),
];

const keyOf = ({ exchange }: UpgradeSeen): string | null =>
  exchange.headers.find(({ name }) => name.toLowerCase() === 'sec-websocket-key')?.value ?? null;

const placeOf = ({ capture, stream }: UpgradeSeen): { readonly capture: number; readonly stream: number } => ({ capture, stream });

/** `10.0.0.1:51000` without its port. */
const hostOf = (endpoint: string): string => endpoint.slice(0, endpoint.lastIndexOf(':'));

/** The leg that begins where this one ends; without one, of several that fit the first after it. */
function nextOf(inward: UpgradeSeen, all: readonly UpgradeSeen[], fits: (outward: UpgradeSeen) => boolean): UpgradeSeen | null {
  const fitting = all.filter((other) => other !== inward && !isSameConnection(other, inward) && fits(other));
  const adjacent = fitting.filter((other) => hostOf(other.client) === hostOf(inward.server));
  const later = fitting.filter((other) => other.atMs >= inward.atMs).toSorted((a, b) => a.atMs - b.atMs);
  return adjacent[0] ?? later[0] ?? null;
}

const isSameConnection = (one: UpgradeSeen, other: UpgradeSeen): boolean => one.client === other.client && one.server === other.server;

const isSentOn = (inward: UpgradeSeen, outward: UpgradeSeen): boolean =>
  hostOf(outward.client) === hostOf(inward.server) &&
  outward.target === inward.target &&
  outward.atMs >= inward.atMs &&
  outward.atMs - inward.atMs <= SENT_ON_WITHIN_MS;

/** Whether what answered also opens connections of its own in these captures. A server that is asked by itself does so too: not counted. */
const isProxy = ({ server, client }: UpgradeSeen, streams: readonly StreamSeen[]): boolean =>
  streams.some(({ a, b }) => hostOf(a) === hostOf(server) && hostOf(b) !== hostOf(server) && hostOf(b) !== hostOf(client));
