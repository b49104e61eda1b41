import {
  defineScenario,
  isControl,
  type LivePath,
  type LoadBucket,
  loadSlot,
  type LoadProfile,
  nowMs,
  type ScenarioContext,
} from '../../harness/index.ts';

interface Options {
  /** How long connect, TLS and upgrade of one connection may take. */
  readonly openingMs: number;
  /** Upgrade failures in a row, before any success, after which a slot stops. */
  readonly maxUpgradeFailures: number;
}

/** The load profiles of the spec on every path, slots of profiles that are compared interleaved with the control path's: A B B A. */
export const load = defineScenario<Options>({
  id: 'load',
  title: 'Load profiles',
  about:
    'Makes each load that the spec describes on each path, slots of the path and of its control path in turns where the two are compared, and records its series, what every program used, and what the kernels counted.',
  isSpecial: true,
  defaults: { openingMs: 10_000, maxUpgradeFailures: 20 },
  capture: 'off',
  sampleSockets: true,
  sampleUsage: true,
  async run(context) {
    const profiles = Object.entries(context.loads);
    const subjects = subjectsAmong(context.paths);
    tellUncompared(context, subjects);
    if (profiles.length === 0) context.progress('the spec has no `loads:`', 0, 0);
    for (const [index, live] of subjects.entries()) {
      let slot = 0;
      for (const [name, profile] of profiles) {
        const order = profile.compared && !isControl(live.path) ? [live, live.control, live.control, live] : [live];
        const tell = (what: string): void => context.progress(`${live.path.id}, ${name}, ${what}`, index, subjects.length);
        await driveSlots(context, { live, order, name, profile, firstSlot: slot, tell });
        if (context.signal.aborted) return;
        slot += order.length;
      }
    }
  },
});

/** Control paths that nothing is compared with are not driven, which nobody relies on. */
function tellUncompared(context: ScenarioContext<Options>, subjects: readonly LivePath[]): void {
  const profiles = Object.values(context.loads);
  if (profiles.length === 0 || profiles.some(({ compared }) => compared)) return;
  const because = 'no load is compared with it';
  for (const { path } of context.paths.filter((live) => !subjects.includes(live)))
    context.record('absences', { path: path.id, scenario: 'load', what: 'loads', code: 'RUN_NOT_COMPARED', because, optional: true });
}

/** A control path is a path of its own only where there is no other. */
function subjectsAmong(paths: readonly LivePath[]): readonly LivePath[] {
  const subjects = paths.filter(({ path }) => !isControl(path));
  return subjects.length === 0 ? paths : subjects;
}

interface Slots {
  readonly live: LivePath;
  readonly order: readonly LivePath[];
  readonly name: string;
  readonly profile: LoadProfile;
  /** Slots of all profiles of a path are numbered together. */
  readonly firstSlot: number;
  readonly tell: (what: string) => void;
}

async function driveSlots(context: ScenarioContext<Options>, { live, order, name, profile, firstSlot, tell }: Slots): Promise<void> {
  let hasRefused = false;
  for (const [turn, on] of order.entries()) {
    // A path that refuses every upgrade is not asked again; that the control path does not is shown once.
    if (context.signal.aborted || (hasRefused && turn > 1)) return;
    const title = `slot ${turn + 1} of ${order.length}`;
    const slot = firstSlot + turn;
    tell(title);
    const refused = await loadSlot(context, {
      ...{ on, name, scenario: 'load', comparedFor: live.path.id, slot },
      ...{ profile: { ...profile, seed: profile.seed + slot }, ...context.options },
      onBucket: inWords((words) => tell(`${title}: ${words}`)),
    });
    hasRefused ||= refused && on === live;
  }
}

/** Says how a load goes: echoes of the last second, failures since the start. */
function inWords(say: (words: string) => void): (bucket: LoadBucket) => void {
  const startedAtMs = nowMs();
  let saidAtMs = startedAtMs;
  let failures = 0;
  return (bucket) => {
    const counts = [...Object.values(bucket.upgradeFailures), ...Object.values(bucket.lostSessions)];
    failures += counts.reduce((sum, count) => sum + count, 0) + bucket.corrupted + bucket.missed;
    const now = nowMs();
    const perSecond = Math.round((1000 * bucket.echoed) / Math.max(1, now - saidAtMs));
    saidAtMs = now;
    say(`${Math.round((now - startedAtMs) / 1000)} s, ${bucket.open} open, ${perSecond} messages a second, ${failures} failures`);
  };
}
