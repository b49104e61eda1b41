import type { UpgradeSeen } from '../model/content-analysis.ts';
import { bounded, shownTarget, shownValue } from '../wire/redact.ts';
import { addressOf, listed, many, type Names } from './answer-words.ts';
import { didOf, requestOf } from './answer-outcome.ts';
import type { HeaderDifference } from './contrast-headers.ts';

/**
 * How an accepted and a refused upgrade belong together. `same-connection`: one handshake, captured at two places. `same-handshake`: one key on two
 * connections, so a proxy passed it on. `passed-on`: the refuser asked for the same target before it answered.
 */
export type Kinship = 'same-connection' | 'same-handshake' | 'passed-on' | 'other-request';

export interface ContrastCase {
  readonly accepted: UpgradeSeen;
  readonly refused: UpgradeSeen;
  readonly kinship: Kinship;
  readonly differences: readonly HeaderDifference[];
  readonly names: Names;
}

/** Who answered what to whom in both cases, and what differs between the requests. Never says why: the capture does not. */
export function contrastSentence(it: ContrastCase): string {
  const { accepted, refused, kinship, names } = it;
  if (kinship === 'same-connection') {
    return `${requestOf(refused)} is one handshake seen at two places: in ${placed(it, accepted)} ${did(it, accepted)}; in ${placed(it, refused)} ${did(it, refused)}. Something between the two places made the difference.`;
  }
  if (kinship === 'same-handshake' || kinship === 'passed-on') {
    const same = kinship === 'same-handshake' ? 'the same handshake' : 'the same target in the meantime';
    const isBehind = addressOf(accepted.client) === addressOf(refused.server);
    const end = isBehind ? `So the refusal was made at ${names.endpoint(refused.capture, refused.server)}, not behind it.` : '';
    return `${requestOf(refused)}: ${did(it, refused)} (${placed(it, refused)}), while ${did(it, accepted)} for ${same} (${placed(it, accepted)}). ${differing(it)} ${end}`.trimEnd();
  }
  const asked = accepted.target === refused.target ? '' : ` for ${requestOf(accepted)}`;
  return `${requestOf(refused)}: ${did(it, refused)} (${placed(it, refused)}); ${did(it, accepted)}${asked} (${placed(it, accepted)}). ${differing(it)}`;
}

const did = ({ names }: ContrastCase, upgrade: UpgradeSeen): string =>
  `${names.endpoint(upgrade.capture, upgrade.server)} ${didOf(upgrade, names.endpoint(upgrade.capture, upgrade.client))}`;

const placed = ({ names }: ContrastCase, { capture, stream, frame, responseFrame }: UpgradeSeen): string =>
  names.place(capture, stream, responseFrame ?? frame);

const SHOWN = 3;

function differing({ differences }: ContrastCase): string {
  if (differences.length === 0) return 'The two requests say the same.';
  const lacking = differences.filter(({ accepted, refused }) => accepted !== null && refused === null).map(({ name }) => bounded(name, 60));
  const added = differences.filter(({ accepted }) => accepted === null).map(({ name }) => bounded(name, 60));
  const changed = differences.flatMap(({ name, accepted, refused }) =>
    accepted === null || refused === null ? [] : [changeOf(name, refused, accepted)],
  );
  const few = (parts: readonly string[]): string =>
    listed(parts.length > SHOWN ? [...parts.slice(0, SHOWN), many(parts.length - SHOWN, 'more', 'more')] : parts);
  const clauses = [
    ...(lacking.length === 0 ? [] : [`lacks ${few(lacking)}`]),
    ...(changed.length === 0 ? [] : [`differs in ${few(changed)}`]),
  ];
  const refused = clauses.length === 0 ? '' : `The refused request ${clauses.join(' and ')}`;
  if (added.length === 0) return `${refused}.`;
  return refused === '' ? `Only the refused request has ${few(added)}.` : `${refused}; only it has ${few(added)}.`;
}

function changeOf(name: string, refused: string, accepted: string): string {
  if (name === 'query') return 'the query';
  return `${bounded(name, 60)} (${shown(name, refused)}, not ${shown(name, accepted)})`;
}

const shown = (name: string, value: string): string => bounded(name === 'target' ? shownTarget(value) : shownValue(name, value), 60);
