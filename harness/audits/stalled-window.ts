import { whyNotRead } from '../blame/backpressure.ts';
import { unknownBlame } from '../blame/unknown-blame.ts';
import type { StallSeen } from '../model/capture-analysis.ts';
import type { Recorded } from '../model/evidence.ts';
import type { LegEvidence } from '../model/wire-evidence.ts';
import type { Blame } from '../model/finding.ts';
import { isControl, type Path } from '../model/path.ts';
import { defineAudit } from './audit.ts';
import type { AuditInput } from './audit.ts';
import { judgeLegs, type LegFault } from './leg-faults.ts';
import { longestStall, stallOf } from './stalls.ts';

type Input = AuditInput<'legs' | 'captures' | 'instruments' | 'plays'>;

/** Windows close for moments under any burst; a reader that stops for so long holds everybody up. */
const MIN_STALL_MS = 500;

/** One end of a leg had no room for so long that the other had to wait: somebody does not read. */
export const stalledWindow = defineAudit({
  id: 'stalled-window',
  title: 'Receive windows stayed open',
  failureTitle: 'A receive window stayed closed',
  cite: 'RFC 9293 section 3.8.6.1',
  requires: ['legs', 'captures', 'instruments', 'plays'],
  judges: ['legs'],
  evaluate(input) {
    const onControl = new Map(
      [...new Set(input.subject.legs.map(({ scenario }) => scenario))].map((name) => [name, controlMs(input, name)]),
    );
    return judgeLegs(
      'stalled-window',
      input,
      (leg) => faultOf(leg, onControl.get(leg.scenario) ?? 0, input),
      'no receive window stayed closed',
    );
  },
});

const controlMs = ({ path, controlEvidence }: Input, scenario: string): number =>
  isControl(path) ? 0 : longestStall(controlEvidence.legs, scenario, 'zero-window');

function faultOf(leg: Recorded<LegEvidence>, longestOnControlMs: number, input: Input): LegFault | null {
  const stall = stallOf(leg, 'zero-window');
  if (isFromBefore(leg) || wasAskedFor(leg, input) || hasLostAnEnd(leg, input)) return null;
  if (stall === null || stall.longestMs < MIN_STALL_MS || stall.longestMs < 2 * longestOnControlMs) return null;
  const [reader, sender] = stall.by === 'a' ? [leg.from, leg.to] : [leg.to, leg.from];
  const why = whyNotRead(leg, stall, { path: input.path, legs: input.subject.legs });
  // The leg behind it tells of the host that did not read.
  if (why === 'next-host') return null;
  const closed = `${reader} let ${sender} send nothing for ${Math.round(stall.longestMs)} ms: its receive window was closed`;
  const blame =
    why === 'itself'
      ? blameReader(input, leg, reader, stall, `${closed}, it did not read`)
      : unknownBlame(`${closed}; whether it did not read, or could not pass on what it had, is not decided`);
  const excuse = isUnderTest(reader, input.path)
    ? null
    : `${closed}; ${reader} is Hopscope's own program, on a machine that had other things to do`;
  return { leg, blame, excuse, ...shownStall(leg, reader, stall) };
}

/** The two ends of a path are ours: only what a path does to its origin makes that a subject. */
const isUnderTest = (host: string, { proxies, originFault, actions = [] }: Path): boolean =>
  proxies.some(({ name }) => name === host) ||
  (host === 'origin' && originFault !== undefined) ||
  actions.some((action) => action.host === host);

/** What was left over when the scenario began tells of the one before: a proxy may hold a connection for a while whose ends are both gone. */
const isFromBefore = ({ near, far }: LegEvidence): boolean =>
  (near !== null || far !== null) && (near?.handshake ?? null) === null && (far?.handshake ?? null) === null;

/** A reader that stopped because its script said so is no fault: its connection and those before it. */
const wasAskedFor = (leg: LegEvidence, { subject }: Input): boolean =>
  subject.plays.some(
    ({ scenario, readerPauses }) =>
      scenario === leg.scenario &&
      readerPauses?.some(({ fromMs, untilMs }) => leg.startedAtMs <= untilMs && leg.endedAtMs >= fromMs) === true,
  );

/**
 * While an end was killed or vanished because its script said so: what its kernel had still to send is nobody's any more, and a proxy that has closed the other
 * side need not read it. A connection is not told from those beside it, whose plays end in the same moment.
 */
const hasLostAnEnd = (leg: LegEvidence, { subject }: Input): boolean =>
  subject.plays.some(
    ({ scenario, client, origin }) =>
      scenario === leg.scenario &&
      [...client.events, ...(origin?.events ?? [])].some(
        ({ kind, atMs }) => (kind === 'killed' || kind === 'vanished') && leg.startedAtMs <= atMs && leg.endedAtMs >= atMs,
      ),
  );

/** That the window was closed is the reader's own word; that a proxy could have passed more on is concluded. */
const blameReader = ({ path }: Input, leg: LegEvidence, host: string, stall: StallSeen, because: string): Blame => ({
  host,
  leg: leg.leg,
  direction: stall.by === 'a' ? 'to-client' : 'to-origin',
  confidence: leg.transit === null || path.proxies.some(({ name }) => name === host) ? 'likely' : 'certain',
  because,
  config: null,
  innocent: [],
});

const shownStall = (leg: LegEvidence, host: string, stall: StallSeen) => ({
  measures: { longestMs: Math.round(stall.longestMs), totalMs: Math.round(stall.totalMs), stalls: stall.count },
  columns: ['leg', 'client port', 'by', 'times', 'longest', 'frame'],
  row: [leg.leg, String(leg.clientPort), host, String(stall.count), `${Math.round(stall.longestMs)} ms`, String(stall.frame)],
});
