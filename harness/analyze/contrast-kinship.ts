import type { UpgradeSeen } from '../model/content-analysis.ts';
import { addressOf } from './answer-words.ts';
import { pathOf, valueOf } from './contrast-headers.ts';
import type { Kinship } from './contrast-sentence.ts';

/** What upgrades are compared by, taken out once: there may be thousands of either kind. */
export interface Candidate {
  readonly upgrade: UpgradeSeen;
  readonly key: string | null;
  readonly path: string;
  /** Without its port: that of a proxy is not that of the origin behind it. */
  readonly host: string | null;
  readonly clientAddress: string;
  readonly serverAddress: string;
  /** Captures that show the same handshake show one scene from two places. */
  readonly scene: number;
}

/** A proxy passes a handshake on within this time, by clocks that may be this far apart. */
const PASSED_ON_MS = 5000;

export function candidatesOf(upgrades: readonly UpgradeSeen[]): readonly Candidate[] {
  const plain = upgrades.map((upgrade) => ({
    upgrade,
    key: valueOf(upgrade.exchange.headers, 'sec-websocket-key'),
    path: pathOf(upgrade.target),
    host: upgrade.host?.toLowerCase().replace(/:\d+$/, '') ?? null,
    clientAddress: addressOf(upgrade.client),
    serverAddress: addressOf(upgrade.server),
  }));
  const sceneOf = scenesOf(plain);
  return plain.map((it) => ({ ...it, scene: sceneOf(it.upgrade.capture) }));
}

function scenesOf(candidates: readonly Omit<Candidate, 'scene'>[]): (capture: number) => number {
  const scenes = new Map<number, number>();
  const sceneOf = (capture: number): number => {
    const scene = scenes.get(capture) ?? capture;
    return scene === capture ? capture : sceneOf(scene);
  };
  const firstAt = new Map<string, number>();
  for (const { upgrade, key } of candidates) {
    const handshake = `${upgrade.client} ${upgrade.server} ${key ?? String(upgrade.atMs)}`;
    const [one, other] = [sceneOf(firstAt.get(handshake) ?? upgrade.capture), sceneOf(upgrade.capture)];
    firstAt.set(handshake, one);
    if (one !== other) scenes.set(Math.max(one, other), Math.min(one, other));
  }
  return sceneOf;
}

/**
 * The key of a handshake is random, so an equal one is the same handshake, seen at two places or passed on by a proxy. Scripts repeat theirs, so it has
 * to come from another address soon after as well.
 */
export function kinshipOf(accepted: Candidate, refused: Candidate): Kinship {
  const [one, other] = [accepted.upgrade, refused.upgrade];
  if (accepted.key !== null && accepted.key === refused.key) {
    if (one.capture !== other.capture && one.client === other.client && one.server === other.server) return 'same-connection';
    if (accepted.clientAddress !== refused.clientAddress && Math.abs(one.atMs - other.atMs) <= PASSED_ON_MS) return 'same-handshake';
  }
  const isPassedOn =
    one.capture === other.capture &&
    accepted.clientAddress === refused.serverAddress &&
    accepted.path === refused.path &&
    one.atMs >= other.atMs &&
    one.atMs <= (other.exchange.response?.atMs ?? other.atMs + PASSED_ON_MS);
  return isPassedOn ? 'passed-on' : 'other-request';
}

/** Lower is nearer; null: too different to say anything. */
export function rankOf(accepted: Candidate, refused: Candidate, kinship: Kinship): number | null {
  if (kinship !== 'other-request') return 0;
  const sameHost = accepted.host !== null && accepted.host === refused.host;
  const sameTarget = accepted.path === refused.path;
  if (!sameHost && !sameTarget) return null;
  const sameScene = accepted.scene === refused.scene ? 1 : 0;
  if (!sameTarget) return 5 + sameScene;
  return (sameHost ? 1 : 2) + 2 * sameScene;
}
