import { blameHeldEnd } from '../blame/held-end.ts';
import { indexLegs } from '../blame/leg-index.ts';
import { ordinaryShare } from '../blame/ordinary-loss.ts';
import type { Recorded } from '../model/evidence.ts';
import type { Blame, Finding } from '../model/finding.ts';
import type { Direction } from '../model/impairment.ts';
import { isControl, type Path } from '../model/path.ts';
import type { PlayEvidence } from '../model/play-evidence.ts';
import type { PlayedEnd } from '../model/play.ts';
import type { LegEvidence } from '../model/wire-evidence.ts';
import { defineAudit } from './audit.ts';
import type { AuditInput } from './audit.ts';
import { blameSentence } from './blame-words.ts';
import { endDetails } from './end-details.ts';
import { ownStallMs } from './own-stall.ts';
import { alignClocks } from './play-clock.ts';
import { byScenario, counted, refsOf, scenarioFindings } from './scenario-findings.ts';

type Input = AuditInput<'plays' | 'hosts' | 'legs' | 'captures'>;
type Play = Recorded<PlayEvidence>;

/** How one end of a play came to the other, where that is judged. */
interface EndPassed {
  readonly play: Play;
  /** The way that it went. */
  readonly direction: Direction;
  /** In words to follow a name; null when it came as it had to. */
  readonly wrong: string | null;
  /** From the end to the moment when the other saw it, without the time in which our own ends could not run; null when it never did. */
  readonly tookMs: number | null;
  readonly wasReset: boolean;
}

/** Without a word the end of one side would take this long at the most to cross a path. */
const WITHIN_MS = 1000;

/** The end of one side of a socket must come to the other, in time, and an orderly one as an orderly one. */
export const lostEnd = defineAudit({
  id: 'lost-end',
  title: 'The end of one side came to the other',
  failureTitle: 'The end of one side did not come to the other',
  cite: 'RFC 6455 section 7.1.5',
  requires: ['plays', 'hosts', 'legs', 'captures'],
  judges: ['plays'],
  evaluate: (input) => [...byScenario(input.subject.plays)].flatMap(([scenario, plays]) => judge(input, scenario, alignClocks(plays))),
});

function judge(input: Input, scenario: string, plays: readonly Play[]): readonly Finding[] {
  const findings = scenarioFindings('lost-end', input.path, scenario);
  const onControl = alignClocks(input.controlEvidence.plays.filter((play) => play.scenario === scenario));
  const passed = plays.flatMap(endsOf);
  if (passed.length === 0) return [];
  const failsThere = (caseId: string): boolean =>
    onControl
      .filter((play) => play.caseId === caseId)
      .flatMap(endsOf)
      .some(({ wrong }) => wrong !== null);
  const wrong = passed.filter((end) => end.wrong !== null && (isControl(input.path) || !failsThere(end.play.caseId)));
  const delays = passed.flatMap(({ tookMs }) => tookMs ?? []);
  const measures = { judgedEnds: passed.length, ...(delays.length === 0 ? {} : { slowestEndMs: Math.round(Math.max(...delays)) }) };
  if (wrong.length === 0)
    return [
      findings.pass(`${counted(passed.length, 'end')} of sockets came to the other side as they had to`, {
        evidence: refsOf(plays),
        measures,
      }),
    ];
  const index = indexLegs(
    input.path,
    input.subject.legs.filter((leg) => leg.scenario === scenario),
  );
  const isWeather = hasWeather(input.path);
  const all = wrong.map((end) => ({ end, ...blameOne(input, end, index) }));
  const blamed = all.filter(({ blame }) => !isWeather || blame.confidence === 'certain');
  if (blamed.length === 0)
    return [
      findings.pass(
        `what did not come of ${counted(passed.length, 'end')} may have been lost on links that are told to lose packets or to reorder them`,
        {
          evidence: refsOf(all.map(({ end }) => end.play)),
          measures: { ...measures, endsLostOnTheWay: all.length },
        },
      ),
    ];
  return [...Map.groupBy(blamed, ({ blame }) => blame.host).values()].map((group) => failure(input, scenario, group, measures));
}

/**
 * Links of a path that are told to lose packets or to reorder them, not as the device under test, may cost an end too: nobody sends an RST again (it takes no
 * sequence number, RFC 9293 section 3.4), one that overtook data is not accepted (RFC 5961 section 3.2), and a FIN behind a few losses is late by its sender's
 * backoff. Only what the captures show to have come to a host and to have stopped there is then that host's.
 */
const hasWeather = (path: Path): boolean =>
  path.links.some(({ impairments }) =>
    impairments.some((one) => one.subject !== true && (ordinaryShare(one) > 0 || one.kind === 'reorder' || one.kind === 'hold-rst')),
  );

interface Blamed {
  readonly end: EndPassed;
  readonly blame: Blame;
  readonly chain: readonly LegEvidence[];
}

function blameOne(
  { path, subject }: Input,
  { play, direction, wrong, wasReset }: EndPassed,
  index: ReturnType<typeof indexLegs>,
): Omit<Blamed, 'end'> {
  const clientLeg = index.clientLegOf({ clientPort: play.client.port, fromMs: play.startedAtMs, untilMs: play.endedAtMs });
  const chain = (clientLeg === null ? null : index.chainFrom(clientLeg)) ?? [];
  const withinMs = play.expectation.withinMs ?? WITHIN_MS;
  return {
    chain,
    blame: blameHeldEnd({ path, hosts: subject.hosts, captures: subject.captures, direction, chain, withinMs, did: wrong ?? '', wasReset }),
  };
}

function failure(input: Input, scenario: string, group: readonly Blamed[], measures: Finding['measures']): Finding {
  const best = group.find(({ blame }) => blame.confidence === 'certain') ?? group[0];
  const cases = [...new Set(group.map(({ end }) => end.play.caseId))];
  const blame = best?.blame ?? null;
  const also = cases.length === 1 ? '' : ` (${counted(cases.length, 'case')})`;
  return scenarioFindings('lost-end', input.path, scenario).fail(
    blame === null ? '' : `${blameSentence(blame, input.subject.hosts, undefined)}${also}`,
    {
      blame,
      cases,
      evidence: refsOf(group.map(({ end }) => end.play)),
      measures: { ...measures, lostEnds: group.length },
      details: [
        {
          kind: 'table',
          title: 'Cases',
          columns: ['case', 'what was done', 'what the path did'],
          rows: group.map(({ end }) => [end.play.caseId, end.play.title, end.wrong ?? '']),
        },
        ...endDetails(best?.chain ?? [], input.subject.captures),
      ],
    },
  );
}

/** The ends of a play that its case judges and that really were said. */
function endsOf(play: Play): readonly EndPassed[] {
  const { expectation, client, origin } = play;
  if (origin === null || play.outcome.kind !== 'upgraded') return [];
  return [
    ...endOf(play, { direction: 'to-origin', from: client, to: origin, allowed: expectation.endAtOrigin }),
    ...endOf(play, { direction: 'to-client', from: origin, to: client, allowed: expectation.endAtClient }),
  ];
}

interface Way {
  readonly direction: Direction;
  readonly from: PlayedEnd;
  readonly to: PlayedEnd;
  readonly allowed: readonly string[] | undefined;
}

const OWN_ENDS: readonly PlayedEnd['events'][number]['kind'][] = ['fin-sent', 'reset-sent', 'killed', 'vanished', 'deadline'];

function endOf(play: Play, { direction, from, to, allowed }: Way): readonly EndPassed[] {
  const said = from.events.find(({ kind }) => kind === 'fin-sent' || kind === 'reset-sent' || kind === 'killed');
  if (allowed === undefined || said === undefined) return [];
  const came = to.events.find(({ kind }) => kind === 'fin-came' || kind === 'reset-came');
  const wasReset = said.kind !== 'fin-sent';
  const of = { play, direction, wasReset };
  if (came === undefined) {
    // Only one that was there for long enough could have seen it.
    const withinMs = play.expectation.withinMs ?? WITHIN_MS;
    const wasThereMs = (untilMs: number): number => untilMs - said.atMs - ownStallMs(play, said.atMs, untilMs);
    if (to.events.some(({ kind, atMs }) => OWN_ENDS.includes(kind) && wasThereMs(atMs) < withinMs)) return [];
    return [{ ...of, tookMs: null, wrong: `never passed on that the ${enderOf(direction)} had ended the connection` }];
  }
  const tookMs = Math.max(0, came.atMs - said.atMs - ownStallMs(play, said.atMs, came.atMs));
  const kind = came.kind === 'fin-came' ? 'fin' : 'reset';
  const withinMs = play.expectation.withinMs ?? WITHIN_MS;
  if (!allowed.includes(kind))
    return [{ ...of, tookMs, wrong: `turned the orderly end of the ${enderOf(direction)} into ${kind === 'reset' ? 'a reset' : 'a FIN'}` }];
  if (tookMs > withinMs)
    return [{ ...of, tookMs, wrong: `passed on the end of the ${enderOf(direction)} only after ${Math.round(tookMs)} ms` }];
  return [{ ...of, tookMs, wrong: null }];
}

const enderOf = (direction: Direction): string => (direction === 'to-origin' ? 'client' : 'origin');
