import { crossingOf, roundTripOf } from '../blame/slow-link.ts';
import { blameLinkOf, onControlPath } from '../blame/blame-link.ts';
import { confidenceIn, doubtAboutBoth } from '../blame/capture-trust.ts';
import type { Finding } from '../model/finding.ts';
import { isControl } from '../model/path.ts';
import { defineAudit } from './audit.ts';
import type { AuditInput } from './audit.ts';
import { byScenario, counted, refsOf, scenarioFindings } from './scenario-findings.ts';

type Input = AuditInput<'legs' | 'captures' | 'loads'>;

/** Less is what a busy machine does to packets by itself. */
const MIN_EXCESS_MS = 5;
const MAX_REFS = 20;

/**
 * Packets were longer on their way between the two ends of a leg than over all links of the control path together. It needs no clock of the load generator, so
 * it can be told when the machine is busy.
 */
export const slowTransit = defineAudit({
  id: 'slow-transit',
  title: 'Packets crossed the links as fast as on the control path',
  failureTitle: 'Packets were held on a link',
  cite: 'differential: mean time between the captures at both ends of a leg',
  requires: ['legs', 'captures', 'loads'],
  judges: ['loads'],
  evaluate: (input) => [...byScenario(input.subject.loads).keys()].flatMap((scenario) => judge(input, scenario)),
});

function judge({ path, control, subject, controlEvidence }: Input, scenario: string): readonly Finding[] {
  const findings = scenarioFindings('slow-transit', path, scenario);
  const here = subject.legs.filter((leg) => leg.scenario === scenario);
  const there = roundTripOf(controlEvidence.legs.filter((leg) => leg.scenario === scenario));
  const crossings = [...Map.groupBy(here, ({ leg }) => leg).values()].flatMap((legs) => crossingOf(legs) ?? []);
  if (there === null || crossings.length === 0) return [];
  const words = crossings.map(({ leg, ms }) => `${leg.links.join(', ')} ${ms.toFixed(1)} ms`).join(', ');
  const [slowest] = crossings
    .filter(({ leg }) => isControl(path) || onControlPath(leg, path, control) === 'other')
    .toSorted((a, b) => b.ms - a.ms);
  const evidence = refsOf(here.slice(0, MAX_REFS));
  if (isControl(path) || slowest === undefined || slowest.ms - there < MIN_EXCESS_MS)
    return [findings.pass(`there and back: ${words}; control ${there.toFixed(1)} ms`, { evidence })];
  const doubt = here
    .map((leg) => doubtAboutBoth(leg, { path, legs: here, captures: subject.captures, instruments: [] }))
    .find((one) => one !== null);
  const { leg, ms } = slowest;
  const because =
    `packets were ${ms.toFixed(1)} ms on ${leg.links.join(', ')} there and back, by the captures at both ends of ${counted(slowest.connections, 'connection')}, ` +
    `and ${there.toFixed(1)} ms on all links of the control path`;
  const measures = { transitMs: Math.round(ms * 10) / 10, controlTransitMs: Math.round(there * 10) / 10 };
  if (doubt != null) return [findings.inconclusive(`${because}; but ${doubt}`, { evidence, measures })];
  const blame = { ...blameLinkOf(leg, 'to-origin', because, confidenceIn(leg, subject.captures)), direction: null };
  return [findings.fail(because, { evidence, measures, blame })];
}
