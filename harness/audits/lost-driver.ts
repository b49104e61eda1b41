import { defineAudit } from './audit.ts';
import { byScenario, counted, refsOf, scenarioFindings } from './scenario-findings.ts';

/**
 * A driver that ended in the middle of its load: killed, or broken. What it had told by then stands and is judged by the others; what became of its
 * sessions after that is nobody's doing on the path. Nothing is said where every driver lasted.
 */
export const lostDriver = defineAudit({
  id: 'lost-driver',
  title: 'Every driver lasted until its load was over',
  failureTitle: 'A driver ended before its load was over',
  cite: 'a load that was cut off tells less than was asked',
  requires: ['loads'],
  judges: ['loads'],
  standsAlone: true,
  evaluate: ({ path, subject }) =>
    [...byScenario(subject.loads.filter(({ ended }) => ended === 'cut'))].map(([scenario, slots]) => {
      const wanted = Math.max(...slots.map(({ requested }) => requested.durationMs));
      const told = Math.min(...slots.map(({ startedAtMs, endedAtMs }) => endedAtMs - startedAtMs));
      const sent = slots.reduce((sum, slot) => sum + slot.sent, 0);
      const words = `a driver ended in ${counted(slots.length, 'slot')} before the load was over: it had told of ${seconds(told)} of ${seconds(wanted)} and of ${counted(sent, 'message')}; nothing after that accuses the path`;
      return scenarioFindings('lost-driver', path, scenario).inconclusive(words, {
        evidence: refsOf(slots),
        measures: { cutSlots: slots.length, toldMs: Math.round(told) },
      });
    }),
});

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
