import type { CaptureSeen, Contrast, UpgradeSeen } from '../model/capture-analysis.ts';
import { isSameStream } from '../measure/connections.ts';
import { addressOf, namesOf } from './answer-words.ts';
import { headerDifferences, pathOf, valueOf } from './contrast-headers.ts';
import { contrastSentence, type Kinship } from './contrast-sentence.ts';

/** More refusals of different kinds than this are not set against anything: nobody reads them all. */
const MAX_CONTRASTS = 20;
const REFUSED: ReadonlySet<UpgradeSeen['outcome']> = new Set(['refused', 'wrong-accept', 'reset', 'closed', 'no-answer']);

/**
 * Sets a refused upgrade beside an accepted one of the same request and says what differs: the same handshake on another leg or at another place
 * first, then a request of another capture with the same target and host, or the same target; then of the same capture; then one that has only the
 * host in common. Refusals that are alike are told once. Nothing accepted that fits,
 * no contrast. The nearest relations come first.
 */
export function contrastsOf(upgrades: readonly UpgradeSeen[], captures: readonly CaptureSeen[]): readonly Contrast[] {
  const accepted = upgrades.filter(({ outcome }) => outcome === 'accepted');
  if (accepted.length === 0) return [];
  const names = namesOf(captures);
  const sceneOf = scenesOf(upgrades);
  const refusals = new Map<string, UpgradeSeen>();
  for (const upgrade of upgrades) {
    const kind = [sceneOf(upgrade.capture), upgrade.server, pathOf(upgrade.target), hostOf(upgrade), upgrade.outcome, upgrade.status].join(
      ' ',
    );
    if (REFUSED.has(upgrade.outcome) && !refusals.has(kind)) refusals.set(kind, upgrade);
  }
  return [...refusals.values()]
    .flatMap((refused) => {
      const best = bestFor(refused, accepted, sceneOf);
      return best === null ? [] : [{ best, refused }];
    })
    .toSorted((a, b) => a.best.rank - b.best.rank)
    .slice(0, MAX_CONTRASTS)
    .map(({ best, refused }): Contrast => {
      const differences = headerDifferences(best.upgrade.exchange, refused.exchange);
      return {
        accepted: { capture: best.upgrade.capture, stream: best.upgrade.stream },
        refused: { capture: refused.capture, stream: refused.stream },
        sentence: contrastSentence({ accepted: best.upgrade, refused, kinship: best.kinship, differences, names }),
        headerDifferences: differences,
      };
    });
}

interface Counterpart {
  readonly upgrade: UpgradeSeen;
  readonly kinship: Kinship;
  readonly rank: number;
  readonly apartMs: number;
}

function bestFor(refused: UpgradeSeen, accepted: readonly UpgradeSeen[], sceneOf: SceneOf): Counterpart | null {
  let best: Counterpart | null = null;
  for (const upgrade of accepted) {
    if (isSameStream(upgrade, refused)) continue;
    const kinship = kinshipOf(upgrade, refused);
    const rank = rankOf(upgrade, refused, { kinship, isOneScene: sceneOf(upgrade.capture) === sceneOf(refused.capture) });
    const apartMs = Math.abs(upgrade.atMs - refused.atMs);
    if (rank === null || (best !== null && (rank > best.rank || (rank === best.rank && apartMs >= best.apartMs)))) continue;
    best = { upgrade, kinship, rank, apartMs };
  }
  return best;
}

/** The key of a handshake is random, so two requests with the same one are the same handshake, passed on or seen at two places. */
function kinshipOf(accepted: UpgradeSeen, refused: UpgradeSeen): Kinship {
  const [one, other] = [keyOf(accepted), keyOf(refused)];
  if (one !== null && one === other) {
    const isSameConnection = accepted.client === refused.client && accepted.server === refused.server;
    return isSameConnection ? 'same-connection' : 'same-handshake';
  }
  const isPassedOn =
    accepted.capture === refused.capture &&
    addressOf(accepted.client) === addressOf(refused.server) &&
    pathOf(accepted.target) === pathOf(refused.target) &&
    accepted.atMs >= refused.atMs &&
    accepted.atMs <= (refused.exchange.response?.atMs ?? Number.POSITIVE_INFINITY);
  return isPassedOn ? 'passed-on' : 'other-request';
}

/** Lower is nearer; null: too different to say anything. */
function rankOf(
  accepted: UpgradeSeen,
  refused: UpgradeSeen,
  { kinship, isOneScene }: { readonly kinship: Kinship; readonly isOneScene: boolean },
): number | null {
  if (kinship !== 'other-request') return 0;
  const sameHost = hostOf(accepted) !== null && hostOf(accepted) === hostOf(refused);
  const sameTarget = pathOf(accepted.target) === pathOf(refused.target);
  if (!sameHost && !sameTarget) return null;
  const sameScene = isOneScene ? 1 : 0;
  if (!sameTarget) return 5 + sameScene;
  return (sameHost ? 1 : 2) + 2 * sameScene;
}

type SceneOf = (capture: number) => number;

/** Captures that show the same handshake show one scene from two places, and are not held against each other as good and bad. */
function scenesOf(upgrades: readonly UpgradeSeen[]): SceneOf {
  const scenes = new Map<number, number>();
  const sceneOf = (capture: number): number => {
    const scene = scenes.get(capture) ?? capture;
    return scene === capture ? capture : sceneOf(scene);
  };
  const firstAt = new Map<string, number>();
  for (const upgrade of upgrades) {
    const handshake = `${upgrade.client} ${upgrade.server} ${keyOf(upgrade) ?? String(upgrade.atMs)}`;
    const [one, other] = [sceneOf(firstAt.get(handshake) ?? upgrade.capture), sceneOf(upgrade.capture)];
    firstAt.set(handshake, one);
    if (one !== other) scenes.set(Math.max(one, other), Math.min(one, other));
  }
  return sceneOf;
}

const keyOf = ({ exchange }: UpgradeSeen): string | null => valueOf(exchange.headers, 'sec-websocket-key');
/** The port of a proxy is not that of the origin behind it. */
const hostOf = ({ host }: UpgradeSeen): string | null => host?.toLowerCase().replace(/:\d+$/, '') ?? null;
