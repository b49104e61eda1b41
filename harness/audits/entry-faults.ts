import type { HandshakeEvidence, HttpEvidence, IdleEvidence, Recorded } from '../model/evidence.ts';
import type { PlayEvidence } from '../model/play-evidence.ts';
import { judgeAnswer } from './entry-frames.ts';
import { answerOf, inTime, outcomeWords, redirectOf } from './entry-words.ts';
import { counted } from './scenario-findings.ts';

/** What was recorded of an entry outside any lab in one scenario. */
export interface EntryEvidence {
  readonly handshakes: readonly Recorded<HandshakeEvidence>[];
  readonly plays: readonly Recorded<PlayEvidence>[];
  readonly http: readonly Recorded<HttpEvidence>[];
  readonly idles: readonly Recorded<IdleEvidence>[];
}

type Records = readonly (EntryEvidence['handshakes'][number] | EntryEvidence['plays'][number] | EntryEvidence['idles'][number])[];

/** One thing that the entry did not do. `words` go on a sentence that begins with its URL. */
export interface EntryFault {
  readonly words: string;
  readonly records: Records;
  readonly cases: readonly string[];
  readonly measures: Readonly<Record<string, number>>;
}

/** Handshakes of real clients, which any entry lets through. */
export const isReal = ({ acceptable }: HandshakeEvidence): boolean => acceptable.includes('101');

/** Statuses of whoever asks who is calling: where another handshake opens, they are a policy and no fault. */
const POLICY = new Set([401, 403]);

/** Everything that is wrong with an entry, grouped, and what could not be judged. */
export function entryFaults(evidence: EntryEvidence): { readonly faults: readonly EntryFault[]; readonly unclear: readonly string[] } {
  const answers = evidence.plays.flatMap((play) => {
    const answered = judgeAnswer(play);
    return answered === null ? [] : [{ play, answered }];
  });
  const wrong = answers.filter(({ answered }) => answered.verdict === 'wrong');
  const groups = [...Map.groupBy(wrong, ({ answered }) => answered.about)].map(
    ([about, group]): EntryFault => ({
      words: `${FAILS[about]}: ${group.map(({ answered }) => answered.words).join('; ')}`,
      records: group.map(({ play }) => play),
      cases: group.map(({ play }) => play.caseId),
      measures: { failedCases: group.length },
    }),
  );
  return {
    faults: [...unopened(evidence.handshakes), ...accepted(evidence.handshakes), ...groups, ...cutIdles(evidence.idles)],
    unclear: answers.filter(({ answered }) => answered.verdict === 'unclear').map(({ answered }) => answered.words),
  };
}

const FAILS = {
  ping: 'does not answer a Ping',
  close: 'does not close cleanly',
  echo: 'does not give back what its origin is said to echo',
} as const;

function unopened(handshakes: EntryEvidence['handshakes']): readonly EntryFault[] {
  const real = handshakes.filter(isReal);
  const refused = real.filter(({ outcome }) => outcome.kind !== 'upgraded');
  const hasOpened = refused.length < real.length;
  const faulty = hasOpened ? refused.filter(({ outcome }) => outcome.kind !== 'rejected' || !POLICY.has(outcome.status)) : refused;
  const [first] = faulty;
  if (first === undefined) return [];
  const each = Map.groupBy(faulty, (one) => `${outcomeWords(one.outcome)}${redirectOf(answerOf(one))}`);
  const told = [...each].map(([words, group]) => `${group.map(({ title }) => title).join(', ')}: ${words}`).join('; ');
  const words = hasOpened
    ? `does not open for ${String(faulty.length)} of ${counted(real.length, 'handshake')} of real clients`
    : 'does not open';
  return [
    { words: `${words}: ${told}`, records: faulty, cases: faulty.map(({ caseId }) => caseId), measures: { failedCases: faulty.length } },
  ];
}

/** A 101 to what is no opening handshake, whatever else is wrong with it. */
function accepted(handshakes: EntryEvidence['handshakes']): readonly EntryFault[] {
  const wrong = handshakes.filter((one) => !isReal(one) && answerOf(one)?.status === 101);
  if (wrong.length === 0) return [];
  const told = wrong.map(({ title, cite }) => `${title} (${cite})`).join(', ');
  return [
    {
      words: `accepts what is no opening handshake: ${told}`,
      records: wrong,
      cases: wrong.map(({ caseId }) => caseId),
      measures: { failedCases: wrong.length },
    },
  ];
}

/** An idle socket as it is told: that it lives, or how it ended. */
export function idleWords(idle: IdleEvidence): { readonly isCut: boolean; readonly words: string } {
  const { holdMs, outcome, openedAtMs, client, afterHold } = idle;
  const how = quietWords(idle);
  if (outcome.kind !== 'upgraded') return { isCut: true, words: `${how}: its socket was ${outcomeWords(outcome)}` };
  if (client.kind !== 'survived') {
    const end = client.kind === 'close-frame' ? `Close ${String(client.code ?? 'without a code')}` : client.kind === 'fin' ? 'FIN' : 'RST';
    return { isCut: true, words: `${how}: cut after ${inTime(client.atMs - (openedAtMs ?? client.atMs))} (${end})` };
  }
  if (afterHold !== null && afterHold !== undefined && afterHold.answeredAtMs === null)
    return {
      isCut: true,
      words: `${how}: looked open for ${inTime(holdMs)}, and then answered nothing within ${inTime(afterHold.waitedMs)}`,
    };
  return {
    isCut: false,
    words: `${how}: lived for ${inTime(holdMs)}${typeof afterHold?.answeredAtMs === 'number' ? ', and answered then' : ''}`,
  };
}

/** An origin may have a heartbeat of its own, and then nothing was idle. */
function quietWords({ mode, intervalMs, openedAtMs, lastTrafficAtMs }: IdleEvidence): string {
  if (mode === 'ping') return `with a Ping every ${inTime(intervalMs)}`;
  const spokeAfterMs = (lastTrafficAtMs ?? 0) - (openedAtMs ?? 0);
  return spokeAfterMs > 0
    ? `without a word of the client, while the other side spoke (last after ${inTime(spokeAfterMs)})`
    : 'without a word';
}

function cutIdles(idles: EntryEvidence['idles']): readonly EntryFault[] {
  const cut = idles.filter((idle) => idleWords(idle).isCut);
  if (cut.length === 0) return [];
  const lived = cut.flatMap(({ client, openedAtMs }) =>
    client.kind === 'survived' || openedAtMs === null ? [] : [client.atMs - openedAtMs],
  );
  return [
    {
      words: `does not keep an idle socket: ${cut.map((idle) => idleWords(idle).words).join('; ')}`,
      records: cut,
      cases: cut.map(({ mode }) => mode),
      measures: { cutSockets: cut.length, ...(lived.length === 0 ? {} : { limitMs: Math.min(...lived) }) },
    },
  ];
}
