import { type EventDelays, eventDelays, isHeldBack } from '../blame/held-events.ts';
import { hostTitle } from '../blame/host-title.ts';
import { clientLegOf } from '../blame/leg-of-host.ts';
import { unknownBlame } from '../blame/unknown-blame.ts';
import type { StreamedHttpEvidence } from '../model/client-evidence.ts';
import type { Recorded } from '../model/evidence.ts';
import type { Blame, Finding } from '../model/finding.ts';
import { isControl, isImpaired } from '../model/path.ts';
import { defineAudit } from './audit.ts';
import type { AuditInput } from './audit.ts';
import { byScenario, counted, refsOf, scenarioFindings } from './scenario-findings.ts';

type Input = AuditInput<'streamedHttp' | 'hosts'>;
type Stream = Recorded<StreamedHttpEvidence>;

/** Events of a stream that the origin sent one by one and that were held back on the way, to come together. */
export const bufferedEvents = defineAudit({
  id: 'buffered-events',
  title: 'Events of a stream came one by one',
  failureTitle: 'Events of a stream were held back on the way',
  cite: 'WHATWG HTML section 9.2; differential: against the control path',
  requires: ['streamedHttp', 'hosts'],
  judges: ['streamedHttp'],
  evaluate: (input) => [...byScenario(input.subject.streamedHttp)].flatMap(([scenario, streams]) => judge(input, scenario, streams)),
});

function judge(input: Input, scenario: string, streams: readonly Stream[]): readonly Finding[] {
  // A lost segment holds everything behind it back: that is no buffering, and other audits tell it.
  if (isImpaired(input.path)) return [];
  const findings = scenarioFindings('buffered-events', input.path, scenario);
  const whole = streams.filter(isWhole);
  if (whole.length === 0) return [];
  const delays = eventDelays(whole);
  const control = eventDelays(input.controlEvidence.streamedHttp.filter((one) => one.scenario === scenario && isWhole(one)));
  const held = heldTwice(whole, delays, control);
  const measures = { heldStreams: held.length, streams: whole.length };
  if (held.length === 0 || isControl(input.path)) {
    return [findings.pass(`${counted(whole.length, 'stream')} came as the origin sent them`, { evidence: refsOf(whole), measures })];
  }
  const longest = Math.round(Math.max(...held.flatMap(({ caseId }) => (delays.get(caseId) ?? []).map((ms) => ms ?? 0))));
  const blame = blameOf(input, held, whole, longest);
  return [
    findings.fail(blame.because, {
      blame,
      measures: { ...measures, heldMs: longest },
      cases: held.map(({ caseId }) => caseId),
      evidence: refsOf(held),
      details: [
        {
          kind: 'table',
          title: 'How late each event came, ms',
          columns: ['case', 'here', 'on the control path'],
          rows: held.map(({ caseId }) => [caseId, shown(delays.get(caseId)), shown(control.get(caseId))]),
        },
      ],
    }),
  ];
}

const isWhole = ({ status, error, events }: StreamedHttpEvidence): boolean =>
  status === 200 && error === null && events.length > 0 && events.every(({ cameAtMs }) => cameAtMs !== null);

const shown = (delays: readonly (number | null)[] | undefined): string =>
  (delays ?? []).map((ms) => (ms === null ? '-' : String(Math.round(ms)))).join(' ');

/** Streams that were held back, of the kinds of which that was seen more than once: once is chance. Of a lone event chance is likelier. */
function heldTwice(streams: readonly Stream[], delays: EventDelays, control: EventDelays): readonly Stream[] {
  const kinds = Map.groupBy(streams, ({ expectedEvents, unbuffered }) => `${expectedEvents} ${unbuffered}`);
  return [...kinds.values()].flatMap((kind) => {
    const held = kind.filter((stream) => isHeldBack(stream, delays.get(stream.caseId) ?? [], control.get(stream.caseId) ?? []));
    const isEnough = held.length >= 2 && (held.length === kind.length || held.every(({ expectedEvents }) => expectedEvents > 1));
    return isEnough ? held : [];
  });
}

/** The links carry the control path's streams at once and hold nothing here, so the only proxy did it; of several nobody knows which. */
function blameOf({ path, subject }: Input, held: readonly Stream[], whole: readonly Stream[], longestMs: number): Blame {
  const what = `held ${counted(held.length, 'stream')} of events back (${held.map(({ caseId }) => caseId).join(', ')}), events for up to ${longestMs} ms`;
  const obeyed = whole.some(({ unbuffered }) => unbuffered) && held.every(({ unbuffered }) => !unbuffered);
  const also = obeyed ? '; streams that ask not to be buffered came at once' : '';
  const [only, another] = path.proxies;
  if (only === undefined) return unknownBlame(`somebody ${what} on a path without proxies`);
  if (another !== undefined) return unknownBlame(`one of ${path.proxies.map(({ name }) => name).join(', ')} ${what}${also}`);
  const because = `${hostTitle(only.name, subject.hosts)} ${what}${also}`;
  const leg = clientLegOf(path, only.name);
  return { host: only.name, leg, direction: 'to-client', confidence: 'likely', because, config: null, innocent: [] };
}
