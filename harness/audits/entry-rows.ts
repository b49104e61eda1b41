import type { Path } from '../model/path.ts';
import { headerValues } from '../wire/http-head.ts';
import { bounded } from '../wire/redact.ts';
import { type EntryEvidence, idleWords, isReal } from './entry-faults.ts';
import { judgeAnswer, roundTripsOf } from './entry-frames.ts';
import { answerOf, inTime, outcomeWords, redirectOf, whoAnswers } from './entry-words.ts';

type Row = readonly [what: string, seen: string];

/** Everything that was seen of an entry outside any lab, whether it is a fault or not: `['compression', 'not accepted']`. */
export function entryRows({ outside }: Path, evidence: EntryEvidence): readonly Row[] {
  const check = outside !== undefined && 'check' in outside ? outside.check : null;
  const { lookup = null } = check ?? {};
  return [
    ['name', lookup === null ? 'not resolved' : `resolved to ${lookup.addresses.join(', ')} in ${inTime(lookup.elapsedMs)}`],
    ...handshakeRows(evidence),
    ...evidence.http.flatMap(({ requests }) =>
      requests.map(({ method, target, status, error, elapsedMs }): Row => {
        const seen = status === null ? `no answer (${error ?? 'unknown'})` : `${String(status)} in ${inTime(elapsedMs)}`;
        return ['plain HTTP', `${method} ${bounded(target, 100)}: ${seen}`];
      }),
    ),
    ...frameRows(evidence, check?.echoes ?? false),
    ...(evidence.idles.length === 0 && evidence.plays.length > 0 ? [['idle', 'not held (--hold <seconds> does)'] as const] : []),
    ...evidence.idles.map((idle): Row => ['idle', idleWords(idle).words]),
  ];
}

function handshakeRows({ handshakes }: EntryEvidence): readonly Row[] {
  const timed = handshakes.find(({ outcome }) => outcome.kind === 'upgraded') ?? handshakes[0];
  const browser = handshakes.find(({ caseId }) => caseId === 'entry-browser');
  const answers = [...new Set(handshakes.flatMap((one) => whoAnswers(answerOf(one)) ?? []))];
  return [
    ...(timed === undefined ? [] : phaseRows(timed)),
    ...handshakes
      .toSorted((a, b) => Number(isReal(b)) - Number(isReal(a)))
      .map((one): Row => {
        const versions = headerValues(answerOf(one) ?? { headers: [] }, 'Sec-WebSocket-Version');
        const spoken = isVersionAnswer(one)
          ? `, ${versions.length === 0 ? 'names no version that is spoken' : `names ${bounded(versions.join(', '), 40)}`}`
          : '';
        return [isReal(one) ? 'opens' : 'refuses', `${one.title}: ${outcomeWords(one.outcome)}${redirectOf(answerOf(one))}${spoken}`];
      }),
    ...(browser?.outcome.kind === 'upgraded' ? [['compression', compressionWords(browser)] as const] : []),
    ...(answers.length === 0 ? [] : [['says it is', bounded(answers.join('; '), 200)] as const]),
  ];
}

/** RFC 6455 section 4.4: whoever refuses a version says which it speaks; a redirect or a policy says nothing of versions. */
const isVersionAnswer = ({ caseId, outcome }: EntryEvidence['handshakes'][number]): boolean =>
  caseId === 'wrong-version' && outcome.kind === 'rejected' && (outcome.status === 400 || outcome.status === 426);

function phaseRows({ client }: EntryEvidence['handshakes'][number]): readonly Row[] {
  const { connectedAtMs, tlsAtMs, received } = client;
  if (connectedAtMs === null) return [];
  const answeredAtMs = received[0]?.atMs;
  const phases = [
    `TCP ${inTime(connectedAtMs - client.startedAtMs)}`,
    ...(tlsAtMs === null ? [] : [`TLS ${inTime(tlsAtMs - connectedAtMs)}`]),
    ...(answeredAtMs === undefined ? [] : [`answer ${inTime(answeredAtMs - (tlsAtMs ?? connectedAtMs))}`]),
  ];
  return [['phases', phases.join(', ')]];
}

function compressionWords(browser: EntryEvidence['handshakes'][number]): string {
  const accepted = headerValues(answerOf(browser) ?? { headers: [] }, 'Sec-WebSocket-Extensions');
  return accepted.length === 0 ? 'offered and not accepted' : `accepted (${bounded(accepted.join(', '), 100)})`;
}

function frameRows({ plays }: EntryEvidence, echoes: boolean): readonly Row[] {
  const rows = plays.flatMap((play): readonly Row[] => {
    const answered = judgeAnswer(play);
    return answered === null ? [] : [[answered.about, answered.words]];
  });
  const trips = roundTripsOf(plays).toSorted((a, b) => a - b);
  const [median, longest] = [trips[Math.floor((trips.length - 1) / 2)], trips.at(-1)];
  const timed: readonly Row[] =
    median === undefined || longest === undefined
      ? []
      : [
          [
            'round trip',
            `p50 ${inTime(median)}, max ${inTime(longest)} of ${String(trips.length)}; there is no control path outside a lab, so nothing says what of it the proxy adds`,
          ],
        ];
  const unsent: readonly Row[] =
    plays.length > 0 && !echoes ? [['echo', 'no message was sent (--origin-echo says that the origin echoes them)']] : [];
  return [...rows, ...timed, ...unsent];
}
