import { headerValues } from '../wire/http-head.ts';
import type { ResponseHead } from '../wire/http-head.ts';
import type { AnswerSeen } from './answer-seen.ts';

/** What became of an answer between the origin and the client that an intermediary may not do. */
export interface AnswerChange {
  readonly kind: 'status' | 'swallowed' | 'invented' | 'repaired' | 'field' | 'body';
  /** Header concerned. */
  readonly header: string | null;
  /** Follows a name: "passed the origin's 403 on as 502". */
  readonly did: string;
}

/** What both ends saw of one answer. `label` is the client's outcome, `acceptable` what a correct path may show it. */
export interface AnswerEnds {
  readonly origin: AnswerSeen | null;
  readonly client: AnswerSeen | null;
  readonly label: string;
  readonly acceptable: readonly string[];
}

/**
 * Fields that each hop makes for itself or that frame the message (RFC 9110 section 7.6.1, RFC 9112 section 6), and those that a
 * gateway may write in its own name: the content itself is compared, not how it is framed.
 */
const NOT_END_TO_END = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'te',
  'trailer',
  'content-length',
  'upgrade',
  'via',
  'date',
  'server',
]);
/** Fields whose lines must not be joined by a comma (RFC 6265 section 3). */
const ONE_A_LINE = new Set(['set-cookie']);

export function answerChanges({ origin, client, label, acceptable }: AnswerEnds): readonly AnswerChange[] {
  const isAccepted = acceptable.includes(label);
  if (origin === null) {
    // The connection was ended without an answer, and nobody told the client.
    if (!isAccepted && label === 'timeout')
      return [change('swallowed', `kept the client waiting for an answer that the origin never gave`)];
    const isInvented = !isAccepted && client !== null && client.head.status < 400;
    return isInvented ? [change('invented', `answered ${client.head.status} although the origin gave no answer`)] : [];
  }
  const { status } = origin.head;
  if (client === null) return isAccepted ? [] : [change('swallowed', `did not pass the origin's ${status} on (${label} at the client)`)];
  if (client.head.status !== status)
    return isAccepted ? [] : [change('status', `passed the origin's ${status} on as ${client.head.status}`)];
  if (!isAccepted && status === 101) return [change('repaired', `made a right 101 of one that the client has to fail`)];
  return [...fieldChanges(origin.head, client.head), ...bodyChange(origin, client)];
}

const change = (kind: AnswerChange['kind'], did: string, header: string | null = null): AnswerChange => ({ kind, header, did });

function fieldChanges(sent: ResponseHead, got: ResponseHead): readonly AnswerChange[] {
  const names = new Map(sent.headers.map(({ name }) => [name.toLowerCase(), name]));
  const lost = [...names].flatMap(([key, name]) => {
    if (NOT_END_TO_END.has(key) || isSame(sent, got, key)) return [];
    const verb = headerValues(got, name).length === 0 ? 'dropped' : 'changed';
    return [change('field', `${verb} ${name} in the answer`, name)];
  });
  // RFC 9110 section 15.5.22: a 426 says which protocol it wants.
  const lostUpgrade = sent.status === 426 && headerValues(got, 'Upgrade').length === 0 && headerValues(sent, 'Upgrade').length > 0;
  const added = new Map(got.headers.filter(({ name }) => /^sec-websocket-/i.test(name)).map(({ name }) => [name.toLowerCase(), name]));
  const invented = [...added].filter(([key]) => !names.has(key)).map(([, name]) => change('field', `added ${name} to the answer`, name));
  return [...lost, ...(lostUpgrade ? [change('field', 'dropped Upgrade in the answer', 'Upgrade')] : []), ...invented];
}

function isSame(sent: ResponseHead, got: ResponseHead, name: string): boolean {
  const joint = ONE_A_LINE.has(name) ? '\n' : ', ';
  return headerValues(sent, name).join(joint) === headerValues(got, name).join(joint);
}

function bodyChange(origin: AnswerSeen, client: AnswerSeen): readonly AnswerChange[] {
  if (!origin.isWhole || origin.body.equals(client.body)) return [];
  return [
    change(
      'body',
      `spoilt the body of the answer (${origin.body.length} bytes at the origin, ${client.body.length} readable at the client)`,
    ),
  ];
}
