import { isSameStream } from '../measure/connections.ts';
import type { CaptureSeen, Contrast } from '../model/capture-analysis.ts';
import type { UpgradeSeen } from '../model/content-analysis.ts';
import { namesOf } from './answer-words.ts';
import { headerDifferences } from './contrast-headers.ts';
import { candidatesOf, kinshipOf, rankOf, type Candidate } from './contrast-kinship.ts';
import { contrastSentence, type Kinship } from './contrast-sentence.ts';

/** More refusals of different kinds than this are not set against anything: nobody reads them all. */
const MAX_CONTRASTS = 20;
const MAX_KINDS = 200;
const REFUSED: ReadonlySet<UpgradeSeen['outcome']> = new Set(['refused', 'wrong-accept', 'reset', 'closed', 'no-answer']);

/**
 * Sets a refused upgrade beside an accepted one of the same request and says what differs: the same handshake on another leg or at another place
 * first, then a request of another capture with the same target and host, or the same target; then of the same capture; then one that has only the
 * host in common. Refusals that are alike are told once, the nearest relations first. Nothing accepted that fits, no contrast.
 */
export function contrastsOf(upgrades: readonly UpgradeSeen[], captures: readonly CaptureSeen[]): readonly Contrast[] {
  const candidates = candidatesOf(upgrades);
  const accepted = candidates.filter(({ upgrade }) => upgrade.outcome === 'accepted');
  if (accepted.length === 0) return [];
  const names = namesOf(captures);
  return onePerKind(candidates.filter(({ upgrade }) => REFUSED.has(upgrade.outcome)))
    .flatMap((refused) => bestFor(refused, accepted) ?? [])
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, MAX_CONTRASTS)
    .map(({ accepted: yes, refused: no, kinship }): Contrast => {
      const differences = headerDifferences(yes.exchange, no.exchange);
      return {
        accepted: { capture: yes.capture, stream: yes.stream },
        refused: { capture: no.capture, stream: no.stream },
        sentence: contrastSentence({ accepted: yes, refused: no, kinship, differences, names }),
        headerDifferences: differences,
      };
    });
}

function onePerKind(refusals: readonly Candidate[]): readonly Candidate[] {
  const kindOf = ({ upgrade, scene, path, host }: Candidate): string =>
    [scene, upgrade.server, path, host, upgrade.outcome, upgrade.status].join(' ');
  return [...Map.groupBy(refusals, kindOf).values()].flatMap(([first]) => first ?? []).slice(0, MAX_KINDS);
}

interface Pair {
  readonly accepted: UpgradeSeen;
  readonly refused: UpgradeSeen;
  readonly kinship: Kinship;
  readonly rank: number;
  readonly apartMs: number;
}

/** The nearest relation, and of several equally near ones the nearest in time. */
function bestFor(refused: Candidate, accepted: readonly Candidate[]): Pair | null {
  let best: Pair | null = null;
  for (const candidate of accepted) {
    if (isSameStream(candidate.upgrade, refused.upgrade)) continue;
    const kinship = kinshipOf(candidate, refused);
    const rank = rankOf(candidate, refused, kinship);
    const apartMs = Math.abs(candidate.upgrade.atMs - refused.upgrade.atMs);
    if (rank === null || (best !== null && (rank > best.rank || (rank === best.rank && apartMs >= best.apartMs)))) continue;
    best = { accepted: candidate.upgrade, refused: refused.upgrade, kinship, rank, apartMs };
  }
  return best;
}
