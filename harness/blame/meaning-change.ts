import type { ArrivalExpectation } from '../model/evidence.ts';
import type { ConfigSymptom } from '../model/service.ts';
import { hasToken, headerValues, listMembers } from '../wire/http-head.ts';
import type { Header, RequestHead, ResponseHead } from '../wire/http-head.ts';
import { isUpgradeAttempt } from './handshake-view.ts';
import { bounded, shownTarget } from '../wire/redact.ts';

type ChangeCause =
  | 'upgrade-dropped'
  | 'version-lowered'
  | 'method-changed'
  | 'target-changed'
  | 'request-header-changed'
  | 'hop-by-hop-forwarded'
  | 'response-header-changed';

/** A change that an intermediary may not make, or that changes what the message means for a WebSocket. */
export interface MeaningChange {
  readonly cause: ChangeCause;
  /** What config lines say it with, the best first. */
  readonly symptoms: readonly ConfigSymptom[];
  /** Header concerned; null for the start line. */
  readonly header: string | null;
  /** Follows a name: "passed the request on without Upgrade". */
  readonly did: string;
}

/** End-to-end fields of a request (RFC 6455 section 4.1, RFC 6265): added, dropped or changed, they change the meaning. */
const REQUEST_FIELDS = [
  'Sec-WebSocket-Key',
  'Sec-WebSocket-Version',
  'Sec-WebSocket-Protocol',
  'Sec-WebSocket-Extensions',
  'Origin',
  'Cookie',
];
const RESPONSE_FIELDS = ['Sec-WebSocket-Accept', 'Sec-WebSocket-Version', 'Sec-WebSocket-Protocol', 'Sec-WebSocket-Extensions'];
/** Comma-separated lists that may be joined or split without a change (RFC 6455 section 9.1, RFC 9110 section 5.3). */
const LISTS = new Set(['sec-websocket-protocol', 'sec-websocket-extensions', 'sec-websocket-version']);

const PASSED_ON = 'passed the request on ';

/**
 * Changes between the request that left the client and the one that reached the origin. `keeps` and `drops` are fields that the
 * case asks about besides those of every handshake.
 */
export function requestChanges(
  sent: RequestHead,
  received: RequestHead,
  { keeps = [], drops = [] }: ArrivalExpectation = {},
): readonly MeaningChange[] {
  const changes: MeaningChange[] = [];
  const lost = isUpgradeAttempt(sent) ? lostUpgrade(received) : [];
  if (lost.length > 0) {
    const did = `${PASSED_ON}without ${lost.map((name) => (name === 'Upgrade' ? name : 'Connection: upgrade')).join(' and ')}`;
    changes.push({ cause: 'upgrade-dropped', symptoms: ['drops-upgrade', 'changes-header'], header: lost[0] ?? null, did });
  }
  // RFC 9110 section 2.5: an intermediary sends its own version, and below 1.1 there is no Upgrade.
  if (received.version < sent.version && received.version < 'HTTP/1.1') {
    const did = `${PASSED_ON}as ${received.version} instead of ${sent.version}`;
    changes.push({ cause: 'version-lowered', symptoms: ['speaks-http10'], header: null, did });
  }
  if (received.method !== sent.method) {
    const did = `passed ${sent.method} on as ${bounded(received.method, 40)}`;
    changes.push({ cause: 'method-changed', symptoms: ['changes-header'], header: null, did });
  }
  if (originForm(received.target) !== originForm(sent.target)) {
    const [was, is] = [shownTarget(sent.target), shownTarget(received.target)];
    const did = was === is ? `passed ${was} on with another query` : `passed ${was} on as ${is}`;
    changes.push({ cause: 'target-changed', symptoms: ['rewrites-target'], header: null, did });
  }
  const passedOn = drops.filter((name) => headerValues(received, name).length > 0 && !isSameHead(sent, received));
  return [
    ...changes,
    ...fieldChanges([...REQUEST_FIELDS, ...keeps], sent, received, 'request'),
    ...passedOn.map((name) => ({
      cause: 'hop-by-hop-forwarded' as const,
      symptoms: [],
      header: name,
      did: `passed ${name} on, which Connection names as a field for the next hop only`,
    })),
  ];
}

/** RFC 9112 section 3.2.2: an intermediary may turn the absolute form of a target into path and query. */
const originForm = (target: string): string => target.replace(/^(?:https?|wss?):\/\/[^/?]*/i, '');

/** Byte for byte the same fields: who passed them on relays bytes and is no HTTP intermediary, or there is none. */
const isSameHead = (sent: Fields, received: Fields): boolean => JSON.stringify(sent.headers) === JSON.stringify(received.headers);

/** Changes between the response that left the origin and the one that reached the client; none when the status is another one. */
export function responseChanges(sent: ResponseHead, received: ResponseHead): readonly MeaningChange[] {
  if (sent.status !== received.status) return [];
  // The client looks at the accept value of a 101 only (RFC 6455 section 4.1): on another answer it is odd and means nothing.
  const fields = sent.status === 101 ? RESPONSE_FIELDS : RESPONSE_FIELDS.filter((name) => name !== 'Sec-WebSocket-Accept');
  const changes = [...fieldChanges(fields, sent, received, 'response')];
  if (sent.status !== 101) return changes;
  for (const [name, token] of UPGRADE_TOKENS) {
    if (hasToken(sent, name, token) && !hasToken(received, name, token))
      changes.push(fieldChange(name, 'passed the response on without', 'response'));
  }
  return changes;
}

/** The changes in one phrase; what they have in common is said once. */
export function changesWords(changes: readonly MeaningChange[]): string {
  const words = [...new Set(changes.map(({ did }) => did))];
  return words
    .map((did, index) => (index > 0 && did.startsWith(PASSED_ON) && words[0]?.startsWith(PASSED_ON) ? did.slice(PASSED_ON.length) : did))
    .join(', ');
}

const UPGRADE_TOKENS = [
  ['Upgrade', 'websocket'],
  ['Connection', 'upgrade'],
] as const;

const lostUpgrade = (received: RequestHead): readonly string[] =>
  UPGRADE_TOKENS.filter(([name, token]) => !hasToken(received, name, token)).map(([name]) => name);

type Message = 'request' | 'response';
interface Fields {
  readonly headers: readonly Header[];
}

function fieldChanges(names: readonly string[], before: Fields, after: Fields, message: Message): readonly MeaningChange[] {
  return names.flatMap((name) => {
    const [was, is] = [comparable(before, name), comparable(after, name)];
    if (was === is) return [];
    const verb = was === '' ? 'added' : is === '' ? 'dropped' : 'changed';
    return [fieldChange(name, verb, message)];
  });
}

function fieldChange(name: string, verb: string, message: Message): MeaningChange {
  const cause = message === 'request' ? 'request-header-changed' : 'response-header-changed';
  return { cause, symptoms: ['changes-header'], header: name, did: `${verb} ${name}${verb.includes(' ') ? '' : ` in the ${message}`}` };
}

/** Values joined so that only meaning counts; empty when the field is absent. */
function comparable(head: Fields, name: string): string {
  const key = name.toLowerCase();
  if (LISTS.has(key))
    return listMembers(head, name)
      .map((member) => member.replace(/\s*;\s*/g, ';'))
      .join(',');
  if (key === 'cookie') return headerValues(head, name).join('; ').replace(/;\s*/g, '; ');
  // RFC 9110 section 5.3: lines of one name may be joined by a comma.
  const values = headerValues(head, name);
  return values.length === 0 ? '' : `=${values.join(', ')}`;
}
