import { defineScenario, isControl, type LivePath, loadSlot, type ScenarioContext, steadyProfile } from '../../harness/index.ts';

interface Options {
  readonly connections: number;
  /** Over all connections together. */
  readonly messagesPerSecond: number;
  readonly durationMs: number;
  readonly payloadBytes: number;
  /** How long the upgrades of a slot may take: a SYN that is lost is sent again after a second (RFC 6298 section 2). */
  readonly openingMs: number;
  /** Upgrade failures in a row after which a slot stops. */
  readonly maxUpgradeFailures: number;
}

/** Small messages, one at a time and far apart: nothing behind a lost segment tells of the loss, so a timer has to. */
export const thinStreams = defineScenario<Options>({
  id: 'thin-streams',
  title: 'Thin streams over impaired links',
  about:
    'Small interactive messages over sockets that are mostly silent, on every path whose links impair packets or whose hosts have kernel settings of their own, beside its control path, A B B A: what the link costs in latency and in segments that are sent again.',
  isSpecial: true,
  defaults: { connections: 8, messagesPerSecond: 160, durationMs: 600, payloadBytes: 48, openingMs: 3500, maxUpgradeFailures: 8 },
  run: (context) => overImpairedPaths(context, 'thin-streams'),
});

/** Large messages both ways at once, for a short time: what a link does when its queue is never empty. */
export const bulkTransfer = defineScenario<Options>({
  id: 'bulk-transfer',
  title: 'Bulk transfer over impaired links',
  about:
    'Large messages and their echoes over two sockets, on the same paths as thin streams and beside their control paths, A B B A: what the link costs where segments follow each other closely.',
  isSpecial: true,
  defaults: { connections: 2, messagesPerSecond: 40, durationMs: 500, payloadBytes: 16_384, openingMs: 3500, maxUpgradeFailures: 2 },
  capture: 'headers',
  run: (context) => overImpairedPaths(context, 'bulk-transfer'),
});

async function overImpairedPaths(context: ScenarioContext<Options>, scenario: string): Promise<void> {
  const subjects = impairedAmong(context.paths);
  const { maxUpgradeFailures, openingMs, ...shape } = context.options;
  const drive = (on: LivePath, comparedFor: string, slot: number): Promise<boolean> => {
    const profile = steadyProfile({ ...shape, seed: context.seed + slot });
    return loadSlot(context, { on, comparedFor, slot, scenario, name: scenario, profile, openingMs, maxUpgradeFailures });
  };
  for (const [index, live] of subjects.entries()) {
    for (const [slot, on] of [live, live.control, live.control, live].entries()) {
      if (context.signal.aborted) return;
      context.progress(`${live.path.id}: slot ${slot + 1} of 4`, index, subjects.length);
      const refused = await drive(on, live.path.id, slot);
      // A path that refuses every upgrade is not asked again; that the control path does not is shown once.
      if (refused && on === live) {
        if (slot === 0) await drive(live.control, live.path.id, 1);
        break;
      }
    }
  }
}

/** Paths whose links impair or whose hosts have settings of their own, and those that are compared with the same control path. */
function impairedAmong(paths: readonly LivePath[]): readonly LivePath[] {
  const subjects = paths.filter(({ path }) => !isControl(path));
  const controls = new Set(subjects.filter(({ path }) => hasWeather(path)).map(({ path }) => path.control));
  return subjects.filter(({ path }) => controls.has(path.control));
}

const hasWeather = ({ links, sysctls }: LivePath['path']): boolean =>
  sysctls !== undefined || links.some(({ impairments }) => impairments.length > 0);
