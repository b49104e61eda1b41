import { unknownBlame } from '../blame/unknown-blame.ts';
import type { LoadEvidence, Recorded } from '../model/evidence.ts';
import type { Finding } from '../model/finding.ts';
import { defineAudit } from './audit.ts';
import { byScenario, counted, refsOf, scenarioFindings } from './scenario-findings.ts';

type Slot = Recorded<LoadEvidence>;

const UNSEEN = 'the path is outside any lab, so only its client end was recorded: which of its hosts did it cannot be said';

/**
 * A load over a path outside any lab, which has no control path and none of its hosts in sight: whether it was carried as it was asked for. Paths of a lab are judged
 * by the audits that compare.
 */
export const unmetLoad = defineAudit({
  id: 'unmet-load',
  title: 'The path outside carried the whole load',
  failureTitle: 'The path outside did not carry the whole load',
  cite: 'RFC 6455 section 4.2.2, section 5; the profile of the load',
  requires: ['loads'],
  judges: ['loads'],
  evaluate({ path, subject }) {
    if (path.outside === undefined) return [];
    return [...byScenario(subject.loads)].map(([scenario, slots]) => judge(scenarioFindings('unmet-load', path, scenario), slots));
  },
});

function judge(findings: ReturnType<typeof scenarioFindings>, slots: readonly Slot[]): Finding {
  const sum = (of: (slot: Slot) => number): number => slots.reduce((total, slot) => total + of(slot), 0);
  const failed = sum(({ upgradeFailures }) => total(upgradeFailures));
  const lost = sum(({ lostSessions }) => total(lostSessions));
  const [attempts, sent, echoed] = [sum((slot) => slot.attempts), sum((slot) => slot.sent), sum((slot) => slot.echoed)];
  const [missed, corrupted] = [sum((slot) => slot.missed), sum((slot) => slot.corrupted)];
  // What was still under way when a load was ended early is nobody's fault.
  const unanswered = sum((slot) => (slot.ended === 'complete' ? slot.unanswered : 0));
  const rest = {
    evidence: refsOf(slots),
    measures: {
      failedUpgrades: failed,
      lostSessions: lost,
      missedMessages: missed,
      unansweredMessages: unanswered,
      corruptedEchoes: corrupted,
    },
  };
  const faults = [
    [failed, `${failed} of ${counted(attempts, 'upgrade')} failed (${tally(slots.map((slot) => slot.upgradeFailures))})`],
    [lost, `${counted(lost, 'session')} ended by the other side (${tally(slots.map((slot) => slot.lostSessions))})`],
    [corrupted, `${counted(corrupted, 'echo', 'echoes')} came back changed or twice`],
    [unanswered, `${unanswered} of ${counted(sent, 'message')} stayed unanswered`],
    [missed, `${counted(missed, 'message')} due and never sent, for want of an open session or of room in its send queue`],
  ].flatMap(([count, words]) => (count === 0 ? [] : [words]));
  const carried = `${counted(attempts, 'upgrade')}, ${echoed} of ${counted(sent, 'message')} echoed`;
  const slow = slots.find(({ generator }) => generator.wasBottleneck);
  // A generator that was late misses messages and echoes by itself; it refuses no upgrade and changes no byte.
  if (faults.length > 0 && (slow === undefined || failed + corrupted > 0))
    return findings.fail(faults.join('; '), { ...rest, blame: unknownBlame(UNSEEN) });
  if (slow !== undefined) {
    const words = faults.length === 0 ? carried : faults.join('; ');
    return findings.inconclusive(`${words}, but the load generator was the bottleneck (${slow.generator.because})`, rest);
  }
  const early = slots.find(({ ended }) => ended !== 'complete');
  if (early !== undefined)
    return findings.inconclusive(`${carried}, but the load ${early.ended === 'cut' ? 'is not complete' : 'was stopped early'}`, rest);
  return attempts === 0 ? findings.inconclusive('nothing was attempted', rest) : findings.pass(`${carried}, no session lost`, rest);
}

const total = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

/** `503: 12, reset: 1`. */
function tally(all: readonly Readonly<Record<string, number>>[]): string {
  const sums = new Map<string, number>();
  for (const counts of all) for (const [label, count] of Object.entries(counts)) sums.set(label, (sums.get(label) ?? 0) + count);
  return [...sums].map(([label, count]) => `${label}: ${count}`).join(', ');
}
