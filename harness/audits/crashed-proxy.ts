import { hostTitle } from '../blame/host-title.ts';
import type { CrashEvidence } from '../model/crash-evidence.ts';
import type { EvidenceKind, Recorded } from '../model/evidence.ts';
import type { Confidence, Finding, FindingDetail } from '../model/finding.ts';
import { bounded, shownLine } from '../wire/redact.ts';
import { type AuditInput, defineAudit } from './audit.ts';
import { byScenario, counted, refsOf, scenarioFindings } from './scenario-findings.ts';

const REQUIRES = [
  'crashes',
  'hosts',
  'plays',
  'handshakes',
  'idles',
  'foreignClients',
  'loads',
  'http',
] as const satisfies readonly EvidenceKind[];

type Input = AuditInput<(typeof REQUIRES)[number]>;
type Crash = Recorded<CrashEvidence>;

/** A proxy that ended by itself while it served, or one of its workers. Nothing is said where none did. */
export const crashedProxy = defineAudit({
  id: 'crashed-proxy',
  title: 'The proxy went on running',
  failureTitle: 'The proxy crashed',
  cite: 'RFC 6455 section 7.2.2',
  requires: REQUIRES,
  judges: ['crashes'],
  // There is no proxy on the control path that could do the same.
  standsAlone: true,
  evaluate: (input) =>
    [...byScenario(input.subject.crashes)].flatMap(([scenario, crashes]) =>
      [...Map.groupBy(crashes, ({ host }) => host).values()].flatMap((group) => judge(input, scenario, group)),
    ),
});

function judge(input: Input, scenario: string, crashes: readonly Crash[]): readonly Finding[] {
  const findings = scenarioFindings('crashed-proxy', input.path, scenario);
  // The end of a worker may be why its master ended too.
  const first = crashes.find(({ what }) => what === 'program') ?? crashes[0];
  if (first === undefined) return [];
  const words = lastWords(first);
  const refused = first.what === 'program' ? refusedAfter(input, scenario, first.fromMs) : 0;
  const said = words === null ? '' : `; ${words}`;
  const after = refused === 0 ? '' : `; ${counted(refused, 'connection')} after that ${refused === 1 ? 'was' : 'were'} refused`;
  const because = `${hostTitle(first.host, input.subject.hosts)} ${endWords(first)}${said}${after}`;
  const finding = findings.fail(because, {
    blame: {
      host: first.host,
      leg: null,
      direction: null,
      confidence: confidenceOf(first, words, refused),
      because,
      config: null,
      innocent: [],
    },
    evidence: refsOf(crashes),
    measures: { crashes: crashes.length, ...(refused === 0 ? {} : { refusedConnections: refused }) },
    details: [...underWay(input, scenario, first), ...logOf(first)],
  });
  return [finding];
}

/** That the process ended is one instrument; what it said of it, and that nobody answered any more, are others. */
const confidenceOf = ({ what }: Crash, words: string | null, refused: number): Confidence =>
  what === 'program' && (words !== null || refused > 0) ? 'certain' : 'likely';

/** What no program sends to itself: somebody else on the machine ended it, or the kernel for want of memory. */
const FROM_OUTSIDE: ReadonlySet<string> = new Set(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP']);

function endWords({ what, signal, exitCode }: Crash): string {
  const subject = what === 'worker' ? 'lost a worker process, which ended' : 'ended';
  if (signal === null) return `${subject} by itself while it served (${exitCode === null ? 'not known how' : `exit code ${exitCode}`})`;
  return FROM_OUTSIDE.has(signal)
    ? `${subject} by ${signal}, which the run had not sent`
    : `${subject} by itself while it served (${signal})`;
}

/** What programs write when they give up; a stack comes behind it. */
const TELLING =
  /\bassert(?:ion)?\b|\bpanic\b|\bfatal\b|\babort(?:ed|ing)?\b|segmentation fault|\buncaught\b|\bunhandled\b|out of memory|\bdied\b|\bexited (?:on|with)\b|exit signal|\[(?:alert|emerg|crit)\]|\w*Error: /i;
const STACK = /\bstack trace\b|\bbacktrace\b/i;
const MAX_WORDS = 240;

/** What its log says of the end, as a finding may show it; null where nothing in it does. */
function lastWords({ lastLines }: Crash): string | null {
  const telling = lastLines.find((line) => TELLING.test(line));
  if (telling !== undefined) return `its log says: ${bounded(shownLine(telling.trim()), MAX_WORDS)}`;
  return lastLines.some((line) => STACK.test(line)) ? 'its log ends with a stack trace' : null;
}

const logOf = ({ host, lastLines }: Crash): readonly FindingDetail[] =>
  lastLines.length === 0 ? [] : [{ kind: 'log', title: `The end of the log of ${host}`, host, lines: lastLines.map(shownLine) }];

/** Connections that nobody accepted any more once it had ended. */
function refusedAfter({ subject }: Input, scenario: string, fromMs: number): number {
  const { plays, handshakes, foreignClients, idles, loads, http } = subject;
  const tries = [...plays, ...handshakes, ...foreignClients].filter((one) => one.scenario === scenario && one.startedAtMs >= fromMs);
  // Those that never opened have no time of their own: a proxy that ended had served before.
  const held = idles.filter((one) => one.scenario === scenario);
  const slots = loads.filter((one) => one.scenario === scenario && one.endedAtMs >= fromMs);
  const requests = http.filter((one) => one.scenario === scenario).flatMap((one) => one.requests);
  return (
    [...tries, ...held].filter(({ outcome }) => outcome.kind === 'connect-failed' && outcome.code === 'ECONNREFUSED').length +
    slots.reduce((sum, { upgradeFailures }) => sum + (upgradeFailures['connect-failed'] ?? 0), 0) +
    requests.filter(({ startedAtMs, error }) => startedAtMs >= fromMs && error?.includes('ECONNREFUSED') === true).length
  );
}

const MAX_CASES = 30;

/** What was going on in its last second: what it ended over is among these. */
function underWay({ subject }: Input, scenario: string, { fromMs, untilMs }: Crash): readonly FindingDetail[] {
  const cases = [...subject.plays, ...subject.handshakes]
    .filter((one) => one.scenario === scenario && one.startedAtMs <= untilMs && one.endedAtMs >= fromMs)
    .filter(({ outcome }) => outcome.kind !== 'connect-failed')
    .map(({ caseId }) => caseId);
  const shown = [...new Set(cases)];
  const more = shown.length > MAX_CASES ? `, and ${shown.length - MAX_CASES} more` : '';
  return shown.length === 0
    ? []
    : [{ kind: 'text', title: 'Under way when it ended', text: `${shown.slice(-MAX_CASES).join(', ')}${more}` }];
}
