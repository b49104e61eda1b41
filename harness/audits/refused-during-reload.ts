import { hostTitle } from '../blame/host-title.ts';
import { unknownBlame } from '../blame/unknown-blame.ts';
import type { Blame, Finding } from '../model/finding.ts';
import { type AuditInput, defineAudit } from './audit.ts';
import { byScenario, counted, refsOf, scenarioFindings } from './scenario-findings.ts';
import { failedHandshakes, firstHandshakeAfterMs, type Survival, survivalMeasures, survivalTable } from './survival-measures.ts';

type Input = AuditInput<'survivals' | 'actions' | 'hosts'>;

const TAKES_OVER = new Set(['reload', 'upgrade']);

/** New handshakes that failed while a proxy was reloaded or upgraded, both of which hand the listeners over without a gap. */
export const refusedDuringReload = defineAudit({
  id: 'refused-during-reload',
  title: 'New handshakes went through during reloads and upgrades',
  failureTitle: 'A reload refused new handshakes',
  cite: 'RFC 6455 section 4.1',
  requires: ['survivals', 'actions', 'hosts'],
  judges: ['survivals'],
  evaluate(input) {
    const taken = input.subject.survivals.filter(({ action, newHandshakes }) => TAKES_OVER.has(action.do) && newHandshakes.length > 0);
    return [...byScenario(taken)].flatMap(([scenario, survivals]) => judge(input, scenario, survivals));
  },
});

function judge(input: Input, scenario: string, survivals: readonly Survival[]): readonly Finding[] {
  const findings = scenarioFindings('refused-during-reload', input.path, scenario);
  const refusing = survivals.filter((one) => failedHandshakes(one).length > 0);
  if (refusing.length === 0) {
    const tried = survivals.reduce((sum, { newHandshakes }) => sum + newHandshakes.length, 0);
    const summary = `${counted(tried, 'new handshake')} went through during reloads and upgrades`;
    return [findings.pass(summary, { evidence: refsOf(survivals), measures: survivalMeasures(survivals) })];
  }
  return [...Map.groupBy(refusing, ({ action }) => action.host).values()].map((group) => failure(input, scenario, group));
}

function failure({ path, subject }: Input, scenario: string, group: readonly Survival[]): Finding {
  const failed = group.flatMap(failedHandshakes);
  const gapMs = Math.max(...group.map((one) => gapOf(one) ?? one.watchedUntilMs - one.actionAtMs));
  const outcomes = [...new Set(failed.map(({ outcome }) => outcome))].join(', ');
  const seen = `${counted(failed.length, 'new handshake')} failed (${outcomes}) within ${Math.round(gapMs)} ms during ${group.map(({ caseId }) => caseId).join(', ')}`;
  const blame = blameOf(path.proxies[0]?.name ?? null, group, seen, subject.hosts);
  return scenarioFindings('refused-during-reload', path, scenario).fail(blame.because, {
    blame,
    evidence: refsOf(group),
    measures: { ...survivalMeasures(group), failedHandshakes: failed.length, gapMs: Math.round(gapMs) },
    details: [survivalTable(group)],
    cases: [...new Set(group.map(({ caseId }) => caseId))],
  });
}

/** From the first that failed to the next that went through; null when none did. */
function gapOf(survival: Survival): number | null {
  const first = failedHandshakes(survival)[0];
  const back = firstHandshakeAfterMs(survival);
  return first === undefined || back === null ? null : survival.actionAtMs + back - first.atMs;
}

/**
 * A refused or reset connection was refused by the host that it was made to, and that host was acted on; and it was well before and
 * after. Anything else has more than one explanation.
 */
function blameOf(firstHost: string | null, group: readonly Survival[], seen: string, hosts: Input['subject']['hosts']): Blame {
  const [one] = group;
  const atTheDoor = group.every((survival) =>
    failedHandshakes(survival).every(({ outcome }) => outcome === 'connect-failed' || outcome === 'reset'),
  );
  const cameBack = group.every((survival) => gapOf(survival) !== null);
  if (one === undefined || !atTheDoor || !cameBack || one.action.host !== firstHost)
    return unknownBlame(`${seen}; nothing shows which host failed them`);
  const { host } = one.action;
  const because = `${hostTitle(host, hosts)} refused connections after it was told to ${one.action.do}: ${seen}`;
  return { host, leg: null, direction: 'to-client', confidence: 'likely', because, config: null, innocent: [] };
}
