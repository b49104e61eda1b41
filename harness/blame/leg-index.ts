import type { ExchangeSeen } from '../model/content-analysis.ts';
import type { LegEvidence } from '../model/wire-evidence.ts';
import { legsOf } from '../model/path.ts';
import type { Path } from '../model/path.ts';

/** One connection of the client: its port, and a time in which it was used (Unix ms). */
export interface ClientSocket {
  readonly clientPort: number | null;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** The captured connections of one path in one scenario, to be found again. */
export interface LegIndex {
  /** The client leg of a socket; null unless exactly one connection used the port in that time. */
  clientLegOf(socket: ClientSocket): LegEvidence | null;
  /**
   * The connections that carried one handshake, client leg first, as far as it was passed on; null where that cannot be told. A proxy passes Sec-WebSocket-Key
   * on, because the accept value depends on it (RFC 6455 section 4.2.2), so an equal key is the same handshake; without a key, the only connection of the time.
   */
  chainFrom(clientLeg: LegEvidence): readonly LegEvidence[] | null;
  /** Connections of a leg, by its name. */
  connectionsOf(leg: string): readonly LegEvidence[];
}

/** A capture's clock and the client's are one; a packet is stamped a little later than the program that sent it. */
const SLACK_MS = 50;

export function indexLegs(path: Path, legs: readonly LegEvidence[]): LegIndex {
  const names = legsOf(path).map(({ name }) => name);
  const byLeg = Map.groupBy(legs, ({ leg }) => leg);
  const byPort = Map.groupBy(byLeg.get(names[0] ?? '') ?? [], ({ clientPort }) => clientPort);
  const byKey = new Map(names.map((name) => [name, Map.groupBy(byLeg.get(name) ?? [], (leg) => upgradeKeyOf(leg) ?? '')] as const));
  const nextOf = (leg: LegEvidence, name: string): LegEvidence | 'none' | null => {
    const key = upgradeKeyOf(leg);
    const candidates =
      key === null
        ? (byLeg.get(name) ?? []).filter((other) => overlaps(other, leg.startedAtMs, leg.endedAtMs))
        : (byKey.get(name)?.get(key) ?? []);
    const [only, another] = candidates;
    if (only === undefined) return key === null ? null : 'none';
    return another === undefined ? only : null;
  };
  return {
    clientLegOf({ clientPort, fromMs, untilMs }) {
      const found = clientPort === null ? [] : (byPort.get(clientPort) ?? []).filter((leg) => overlaps(leg, fromMs, untilMs));
      return found.length === 1 ? (found[0] ?? null) : null;
    },
    chainFrom(clientLeg) {
      const chain = [clientLeg];
      for (const name of names.slice(1)) {
        const next = nextOf(chain.at(-1) ?? clientLeg, name);
        if (next === null) return null;
        if (next === 'none') return chain;
        chain.push(next);
      }
      return chain;
    },
    connectionsOf: (leg) => byLeg.get(leg) ?? [],
  };
}

/** Whether a connection had packets in a time. */
export const overlaps = ({ startedAtMs, endedAtMs }: LegEvidence, fromMs: number, untilMs: number): boolean =>
  startedAtMs <= untilMs + SLACK_MS && endedAtMs >= fromMs - SLACK_MS;

/** Sec-WebSocket-Key of a request; null when it has none. */
export const keyOf = ({ headers }: ExchangeSeen): string | null =>
  headers.find(({ name }) => name.toLowerCase() === 'sec-websocket-key')?.value ?? null;

/** The key of the only handshake on a connection, as either capture shows it. */
export function upgradeKeyOf({ near, far }: LegEvidence): string | null {
  const keys = new Set([...(near?.exchanges ?? []), ...(far?.exchanges ?? [])].flatMap((exchange) => keyOf(exchange) ?? []));
  const [only, another] = keys;
  return another === undefined ? (only ?? null) : null;
}
