import { defineScenario, isImpaired, type LivePath, type ScenarioContext, topologyKey } from '../../harness/index.ts';
import { arrivalsByTag } from '../opening-handshake/arrivals.ts';
import { driveCases } from '../opening-handshake/drive-cases.ts';
import { taggedTarget } from '../opening-handshake/request-bytes.ts';
import { clientProfiles } from './profiles.ts';

interface Options {
  readonly deadlineMs: number;
  readonly impairedDeadlineMs: number;
  /** 1: a real Chromium opens a socket on every path as well; 0: not. */
  readonly browser: number;
}

const SCENARIO = 'clients';
const ECHO_TEXT = 'hopscope from a page';
/** Starting the browser. */
const LAUNCH_MS = 15_000;

/** Opens sockets as real clients do: their handshakes byte for byte, and a real Chromium. */
export const clients = defineScenario<Options>({
  id: SCENARIO,
  title: 'Real clients',
  about: `The opening handshakes of ${clientProfiles.length} clients as they were taken off the wire, and sockets that a real Chromium opens, sends a message over and closes.`,
  isSpecial: true,
  isForLabConfigs: true,
  defaults: { deadlineMs: 1000, impairedDeadlineMs: 6000, browser: 1 },
  async run(context) {
    const { paths, options } = context;
    context.progress(`${clientProfiles.length} clients on ${paths.length} paths`, 0, 2);
    await context.stimulus(paths, () =>
      driveCases(context, paths, clientProfiles, (live) => ({
        scenario: SCENARIO,
        seed: context.seed,
        deadlineMs: limitOf(options, live),
        segmentDelayMs: 20,
        atOnce: 4,
      })),
    );
    if (options.browser === 0 || context.signal.aborted) return;
    context.progress('a real Chromium on every path', 1, 2);
    for (const group of Map.groupBy(paths, ({ path }) => topologyKey(path)).values()) {
      if (context.signal.aborted) return;
      await context.stimulus(group, () => browse(context, group));
    }
  },
});

const limitOf = ({ deadlineMs, impairedDeadlineMs }: Options, live: LivePath): number =>
  isImpaired(live.path) ? impairedDeadlineMs : deadlineMs;

async function browse(context: ScenarioContext<Options>, group: readonly LivePath[]): Promise<void> {
  const [first] = group;
  if (first === undefined) return;
  const program = context.browserProgram;
  if (program === null) {
    const because = 'there is no Chromium in the client host: it runs in the netns lab where one is installed (apt-get install chromium)';
    for (const { path } of group)
      context.record('absences', {
        path: path.id,
        scenario: SCENARIO,
        what: 'foreignClients',
        code: 'LAB_ERR_MISSING_TOOL',
        because,
        optional: true,
      });
    return;
  }
  await first.origin.take();
  const sockets = group.map((live) => {
    const endpoint = live.endpoint(taggedTarget(live.path.target, '', `${live.path.id}.chromium`));
    return { endpoint, subprotocols: [], text: ECHO_TEXT, limitMs: 2 * limitOf(context.options, live) };
  });
  const deadlineMs = LAUNCH_MS + sockets.reduce((sum, { limitMs }) => sum + limitMs, 0);
  const reply = await first.drive({ kind: 'browser', program, sockets, deadlineMs });
  const arrivals = arrivalsByTag(await first.origin.take());
  for (const [index, { startedAtMs, endedAtMs, outcome, echoed, closeCode, words, subprotocol }] of reply.sockets.entries()) {
    const live = group[index];
    if (live === undefined) continue;
    const [arrived] = arrivals.get(`${live.path.id}.chromium`) ?? [];
    const head = Buffer.concat((arrived?.received ?? []).map(({ base64 }) => Buffer.from(base64, 'base64')));
    context.record('foreignClients', {
      path: live.path.id,
      scenario: SCENARIO,
      caseId: 'chromium',
      title: 'a page in a real Chromium opens a socket, sends a message and closes it',
      cite: 'WHATWG WebSockets section 3, RFC 6455 section 4.1',
      client: 'chromium',
      clientVersion: reply.version,
      startedAtMs,
      endedAtMs,
      outcome,
      acceptable: ['101'],
      echoed,
      closeCode,
      words,
      facts: { subprotocol },
      originHeadBase64: arrived === undefined ? null : head.subarray(0, head.indexOf('\r\n\r\n') + 4).toString('base64'),
    });
  }
}
