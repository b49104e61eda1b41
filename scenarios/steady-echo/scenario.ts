import { defineScenario, isControl, loadSlot, steadyProfile } from '../../harness/index.ts';

interface Options {
  readonly connections: number;
  /** Over all connections together. */
  readonly messagesPerSecond: number;
  readonly durationMs: number;
  /** How often slots go A B B A. */
  readonly rounds: number;
  readonly payloadBytes: number;
  /** Upgrade failures in a row after which a slot stops. */
  readonly maxUpgradeFailures: number;
}

/** How long the upgrade of one connection may take. */
const OPENING_MS = 5000;

/** Open-loop echo load on every path, its slots interleaved with the control path's: A B B A. */
export const steadyEcho = defineScenario<Options>({
  id: 'steady-echo',
  title: 'Steady echo load',
  about:
    'Open-loop load: each message has a due time, latency runs from it to the echo. Slots of a path and of its control path alternate, so that a slow machine slows both.',
  defaults: { connections: 10, messagesPerSecond: 400, durationMs: 400, rounds: 1, payloadBytes: 64, maxUpgradeFailures: 3 },
  capture: 'headers',
  sampleSockets: true,
  async run(context) {
    const { maxUpgradeFailures, rounds, ...shape } = context.options;
    const load = { scenario: 'steady-echo', name: 'steady-echo', openingMs: OPENING_MS, maxUpgradeFailures };
    for (const [index, live] of context.paths.entries()) {
      const round = isControl(live.path) ? [live, live] : [live, live.control, live.control, live];
      const order = isControl(live.path) ? round : Array.from({ length: rounds }, () => round).flat();
      for (const [slot, on] of order.entries()) {
        if (context.signal.aborted) return;
        context.progress(`${live.path.id}: slot ${slot + 1} of ${order.length}`, index, context.paths.length);
        const profile = steadyProfile({ ...shape, seed: context.seed + slot });
        const refused = await loadSlot(context, { ...load, on, comparedFor: live.path.id, slot, profile });
        // A path that refuses every upgrade is not asked again, and needs no comparison.
        if (refused && on === live) break;
      }
    }
  },
});
