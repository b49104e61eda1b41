import type { Entry } from '../harness/model/surroundings.ts';
import type { EntrySeen, IdleLimit, Provision, SubjectFacts } from '../harness/model/world.ts';
import { configPlace } from './blame-words.ts';
import { formatDuration } from './numbers.ts';

/** `wss://chat.example.com/socket`: the port where it is not the usual one. Untrusted. */
export function entryUrl({ scheme, host, port, target }: Entry): string {
  const usual = scheme === 'wss' ? 443 : 80;
  return `${scheme}://${host}${port === usual ? '' : `:${port}`}${target}`;
}

export type EntryMark = 'opens' | 'refused' | 'plain' | 'unknown';

/** An entry for ordinary requests alone owes nobody a socket. */
export function entryMark(entry: Entry, seen: EntrySeen | null): EntryMark {
  if (seen?.handshake === '101') return 'opens';
  if (seen?.handshake === null || seen === null) return 'unknown';
  return entry.kind === 'plain' ? 'plain' : 'refused';
}

/** `opens`, `refused with 426 by nginx (edge.conf:31:5)`. Untrusted. */
export function opensWords(entry: Entry, seen: EntrySeen | null): string {
  const mark = entryMark(entry, seen);
  if (mark === 'opens') return 'opens';
  if (mark === 'unknown' || seen === null) return 'not tried';
  const answer = /^\d{3}$/.test(seen.handshake ?? '') ? `answers ${seen.handshake ?? ''}` : (seen.handshake ?? '');
  if (mark === 'plain') return `${answer}; no WebSocket is expected here`;
  const { refusedBy } = seen;
  if (refusedBy === null) return `does not open: ${answer}; who refuses is not known`;
  const place = refusedBy.line === null ? '' : ` (${configPlace(refusedBy.line)})`;
  return `does not open: ${answer}, by ${refusedBy.host}${place}`;
}

/** `60 s, proxy_read_timeout (edge.conf:14:3), measured; ping every 40 s`. Untrusted. */
export function idleWords(idle: IdleLimit | null): string {
  if (idle === null) return 'no limit is set, as far as it is read';
  const { limitMs, line, proof, timeScale, safePingMs } = idle;
  if (limitMs === null) return 'no limit was reached in the watch';
  const place = line === null ? '' : ` by \`${line.text}\` (${configPlace(line)})`;
  const scaled = timeScale === 1 ? '' : ` with durations divided by ${timeScale}`;
  const proven = { measured: `measured${scaled}`, outlasted: 'read, not reached in the watch', read: 'read, not measured' }[proof];
  const ping = safePingMs === null ? '' : `; ping at least every ${formatDuration(safePingMs)}`;
  return `${formatDuration(limitMs)}${place}, ${proven}${ping}`;
}

export const reloadWords = (reload: EntrySeen['reload']): string =>
  reload === null ? 'not tried' : `${reload.survived} of ${reload.of} sockets live on`;

export const headerWords = ({ request, response }: EntrySeen['headers']): string =>
  [
    ...(request.length === 0 ? [] : [`request: ${request.join(', ')}`]),
    ...(response.length === 0 ? [] : [`response: ${response.join(', ')}`]),
  ].join('; ') || 'none';

export const HOW_WORDS: Readonly<Record<Provision['how'], string>> = {
  given: 'given by you',
  made: 'made, works as the real one',
  stubbed: 'stubbed: there, but empty or harmless',
  missing: 'could not be provided',
};

/** What a reader must know first: what is missing, what is a stub, what was made, and the user's own files last. */
export const provisionsInOrder = ({ provisions }: SubjectFacts): readonly Provision[] =>
  (['missing', 'stubbed', 'made', 'given'] as const).flatMap((how) => provisions.filter((one) => one.how === how));

export const provisionPlace = ({ place }: Provision): string => (place === null ? '' : `${place.file}:${place.line}`);
