import { endWords } from '../blame/connection-end-words.ts';
import { blameEnder } from '../blame/ender-blame.ts';
import { hostTitle } from '../blame/host-title.ts';
import { enderOf } from '../blame/leg-ender.ts';
import { indexLegs } from '../blame/leg-index.ts';
import { unknownBlame } from '../blame/unknown-blame.ts';
import { safePingMs } from '../measure/safe-ping.ts';
import type { HostEvidence } from '../model/evidence.ts';
import type { Blame, Finding, FindingDetail } from '../model/finding.ts';
import { isControl } from '../model/path.ts';
import { type AuditInput, defineAudit } from './audit.ts';
import { judgeRung, type Rung, type RungVerdict } from './ladder-verdict.ts';
import { limitedBy, limitWords, RUNG_WORDS, seconds } from './ladder-words.ts';
import { byScenario, refsOf, scenarioFindings } from './scenario-findings.ts';

type Input = AuditInput<'ladders' | 'hosts' | 'legs' | 'captures' | 'instruments'>;

interface Judged {
  readonly rung: Rung;
  readonly verdict: RungVerdict;
}

/** Limits of time that are not what the configs of the hosts say. Which limits those are, and which host binds, a pass tells too. */
export const timeoutMismatch = defineAudit({
  id: 'timeout-mismatch',
  title: 'Limits of time are what the configs say',
  failureTitle: 'A limit of time is not what the configs say',
  cite: 'RFC 6455 section 1.4',
  requires: ['ladders', 'hosts', 'legs', 'captures', 'instruments'],
  judges: ['ladders'],
  evaluate: (input) => [...byScenario(input.subject.ladders)].flatMap(([scenario, rungs]) => judge(input, scenario, rungs)),
});

function judge(input: Input, scenario: string, rungs: readonly Rung[]): readonly Finding[] {
  const findings = scenarioFindings('timeout-mismatch', input.path, scenario);
  const idle = rungs.find(({ mode }) => mode === 'idle')?.configured ?? [];
  const hasUnread = input.subject.hosts.some(isUnread);
  const mayStall = input.path.links.some(({ impairments }) => impairments.length > 0);
  const judged = rungs.map((rung): Judged => {
    const control = isControl(input.path)
      ? rung
      : input.controlEvidence.ladders.find((one) => one.scenario === scenario && one.mode === rung.mode);
    return { rung, verdict: judgeRung(rung, { control, idle, mayStall, hasUnread }) };
  });
  const wrong = judged.filter(({ verdict }) => verdict.kind === 'unexplained' || verdict.kind === 'not-enforced');
  const details = [ladderTable(judged, input)];
  if (wrong.length === 0) {
    return [findings.pass(passSentence(judged, input), { evidence: refsOf(rungs), measures: measuresOf(judged), details })];
  }
  return wrong.map((one) => {
    const blame = blameOf(one, input, scenario);
    return {
      ...findings.fail(blame.because, { blame, evidence: refsOf([one.rung]), measures: measuresOf([one]), details }),
      cases: [one.rung.mode],
    };
  });
}

/** A proxy of a service whose limits nobody reads, or without any. */
const isUnread = ({ role, configLines }: HostEvidence): boolean =>
  role === 'proxy' && configLines.every(({ symptom }) => symptom !== 'limits-time');

function blameOf({ rung, verdict }: Judged, input: Input, scenario: string): Blame {
  const { path, subject } = input;
  if (verdict.kind === 'not-enforced') {
    const { by } = verdict;
    const because = `${RUNG_WORDS[rung.mode]} outlasted the watch of ${limitWords(rung.watchedMs, rung.timeScale)}, although ${limitedBy(by, subject.hosts)} ends them after ${limitWords(by.limitMs, rung.timeScale)}`;
    return { host: by.host, leg: null, direction: null, confidence: 'likely', because, config: by.line, innocent: [] };
  }
  const limitMs = rung.limitMs ?? 0;
  const nearest =
    verdict.kind === 'unexplained' && verdict.nearest !== null
      ? `the nearest is ${limitedBy(verdict.nearest, subject.hosts)} with ${limitWords(verdict.nearest.limitMs, rung.timeScale)}`
      : 'none says anything of it';
  const what = `${RUNG_WORDS[rung.mode]} are cut after ${limitWords(limitMs, rung.timeScale)}`;
  const nobody = unknownBlame(
    `${what}, which no config on the path says (${nearest}); client: ${endWords(rung.client)}, origin: ${endWords(rung.origin)}`,
  );
  const untilMs = rung.startedAtMs + limitMs;
  const index = indexLegs(
    path,
    subject.legs.filter((leg) => leg.scenario === scenario),
  );
  const clientLeg = index.clientLegOf({ clientPort: rung.clientPort, fromMs: rung.startedAtMs, untilMs });
  const chain = clientLeg === null ? null : index.chainFrom(clientLeg);
  const ender = chain === null || rung.client.kind === 'close-frame' ? null : enderOf(chain, { path, ...subject });
  const did = `cut one of the ${RUNG_WORDS[rung.mode]} after ${limitWords(limitMs, rung.timeScale)}, which its config does not say`;
  return blameEnder(ender, { blame: nobody, log: new Map(), hosts: subject.hosts, origin: rung.origin, did, configOf: () => null });
}

/** The idle rung first: it is the one that every application meets. */
function passSentence(judged: readonly Judged[], { path, subject }: Input): string {
  const idle = judged.find(({ rung }) => rung.mode === 'idle') ?? judged[0];
  if (idle === undefined) return '';
  const { rung, verdict } = idle;
  const what = RUNG_WORDS[rung.mode];
  const scale = rung.timeScale;
  if (verdict.kind === 'outlasted') {
    const next =
      verdict.by === null
        ? 'no config on the path limits them'
        : `${limitedBy(verdict.by, subject.hosts)} allows ${limitWords(verdict.by.limitMs, scale)}`;
    return `${what} outlasted the watch of ${limitWords(rung.watchedMs, scale)}; ${isControl(path) ? 'there is no proxy' : next}`;
  }
  if (verdict.kind === 'not-enforced' || verdict.kind === 'unexplained') return '';
  const by = whoLimits(verdict, subject.hosts);
  const keeps = `a ping every ${seconds(safePingMs(verdict.limitMs * scale))} or less keeps them`;
  const isKept = judged.some((one) => one.rung.mode === 'ping' && one.rung.limitMs === null);
  return `${what} are cut after ${limitWords(verdict.limitMs, scale)} by ${by}; ${isKept ? keeps : 'pings do not keep them'}`;
}

function whoLimits(
  verdict: RungVerdict & { readonly kind: 'as-configured' | 'by-origin' | 'unread' },
  hosts: readonly HostEvidence[],
): string {
  if (verdict.kind === 'by-origin') return 'the origin';
  if (verdict.kind === 'unread') return 'a host whose config is not read for limits';
  return verdict.by === null ? 'one of the hosts that have this limit' : limitedBy(verdict.by, hosts);
}

function measuresOf(judged: readonly Judged[]): Readonly<Record<string, number>> {
  const one = judged.find(({ rung }) => rung.mode === 'idle') ?? judged[0];
  if (one === undefined) return {};
  const { limitMs, watchedMs, timeScale, mode } = one.rung;
  if (limitMs === null) return { watchMs: watchedMs };
  const unscaledLimitMs = Math.round(limitMs * timeScale);
  return { limitMs, unscaledLimitMs, ...(mode === 'idle' ? { safePingMs: safePingMs(unscaledLimitMs) } : {}) };
}

function ladderTable(judged: readonly Judged[], { subject: { hosts } }: Input): FindingDetail {
  const scaled = judged.some(({ rung }) => rung.timeScale !== 1);
  return {
    kind: 'table',
    title: 'Timeout ladder',
    columns: ['what', 'ended after', ...(scaled ? ['unscaled'] : []), 'bound by', 'client saw', 'origin saw', 'the configs say'],
    rows: judged.map(({ rung, verdict }) => [
      RUNG_WORDS[rung.mode],
      rung.limitMs === null ? `not within ${seconds(rung.watchedMs)}` : seconds(rung.limitMs),
      ...(scaled ? [rung.limitMs === null ? '' : seconds(rung.limitMs * rung.timeScale)] : []),
      bindingHost(verdict, hosts),
      rung.status === null || rung.status === undefined ? endWords(rung.client) : `${rung.status}, ${endWords(rung.client)}`,
      endWords(rung.origin),
      rung.configured.map((one) => `${limitedBy(one, hosts)}: ${limitWords(one.limitMs, rung.timeScale)}`).join('; '),
    ]),
  };
}

function bindingHost(verdict: RungVerdict, hosts: Input['subject']['hosts']): string {
  switch (verdict.kind) {
    case 'as-configured':
      return verdict.by === null ? 'several fit' : hostTitle(verdict.by.host, hosts);
    case 'by-origin':
      return 'the origin';
    case 'unread':
    case 'unexplained':
      return 'unknown';
    case 'not-enforced':
      return `not by ${hostTitle(verdict.by.host, hosts)}`;
    case 'outlasted':
      return '';
  }
}
