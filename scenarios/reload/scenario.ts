import { defineScenario, HarnessError, type LivePath, type ScenarioContext, topologyKey } from '../../harness/index.ts';
import { reloadCases } from './cases.ts';
import { type Options, untilClean, watchCase } from './watch.ts';

/** Paths whose proxies are acted on at the same time: more would measure the machine. */
const AT_ONCE = 8;

const ofProxies = reloadCases.filter(({ on }) => on === 'proxy');
const ofOrigins = reloadCases.filter(({ on }) => on === 'origin');

/** Proxies first, each on its own path; then the origins, which paths share, with all their paths watching. */
export const reload = defineScenario<Options>({
  id: 'reload',
  title: 'Reload',
  about:
    'Live sockets with numbered messages while a proxy is reloaded, upgraded, stopped and started, or killed, and while the origin is killed or drained: how many survive and for how long, how the others ended, what was lost, and when new handshakes go through again.',
  isSpecial: true,
  defaults: { sockets: 10, everyMs: 50, probeEveryMs: 20, watchMs: 1400 },
  capture: 'headers',
  async run(context) {
    // The longest first, so that none is left over at the end.
    const jobs = context.paths
      .filter(({ path }) => path.proxies.length > 0)
      .toSorted((a, b) => b.path.proxies.length - a.path.proxies.length);
    const byClient = [...Map.groupBy(context.paths, ({ path }) => topologyKey(path)).values()];
    const total = jobs.length + byClient.length;
    let done = 0;
    const doing = async (work: Promise<void>): Promise<void> => {
      await work;
      done += 1;
      context.progress('hosts acted on', done, total);
    };
    await context.stimulus(context.paths, async () => {
      const waiting = jobs.values();
      const work = async (): Promise<void> => {
        for (const live of waiting) await doing(onEachProxy(context, live));
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      await Promise.all(byClient.map((paths) => doing(onOrigin(context, paths))));
    });
  },
});

/** A path whose config lets no socket through is for other scenarios to judge; one that opens none any more is broken by what was done. */
async function onEachProxy(context: ScenarioContext<Options>, live: LivePath): Promise<void> {
  let hasOpened = false;
  for (const { name } of live.path.proxies) {
    for (const reloadCase of ofProxies) {
      if (context.signal.aborted) return;
      if (reloadCase.does.some((kind) => !live.actions(name).includes(kind))) continue;
      const isOpen = await recordingFailure(context, [live], async () => {
        const opened = await watchCase(context, [live], name, reloadCase);
        if (opened) await untilClean(live, name);
        else if (hasOpened) throw new HarnessError('LAB_ERR_NOT_READY', `no socket opened before '${reloadCase.id}' of host ${name}`);
        return opened;
      });
      if (!isOpen && !hasOpened) return;
      hasOpened = true;
    }
  }
}

async function onOrigin(context: ScenarioContext<Options>, paths: readonly LivePath[]): Promise<void> {
  for (const reloadCase of ofOrigins) {
    if (context.signal.aborted) return;
    await recordingFailure(context, paths, () => watchCase(context, paths, 'origin', reloadCase));
  }
}

/** What cannot be done to one host is said for its paths; the others go on. */
async function recordingFailure(
  context: ScenarioContext<Options>,
  paths: readonly LivePath[],
  run: () => Promise<boolean>,
): Promise<boolean> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof HarnessError) || context.signal.aborted || error.code === 'RUN_ERR_CANNOT_WRITE') throw error;
    for (const { path } of paths)
      context.record('absences', { path: path.id, scenario: 'reload', what: 'stimulus', code: error.code, because: error.message });
    return true;
  }
}
