import {
  ORIGIN_ECHO_TARGET,
  ORIGIN_PAGES,
  defineScenario,
  headAtOrigin,
  isImpaired,
  newSince,
  type LivePath,
  type ScenarioContext,
} from '../../harness/index.ts';

interface Options {
  readonly connections: number;
  /** The load ends after so many requests, or after `durationMs`, whichever comes first. */
  readonly requests: number;
  readonly durationMs: number;
  /** For all the single requests together. */
  readonly deadlineMs: number;
  /** The same where links lose or delay packets: a SYN and its answer lost one after the other are three seconds of waiting (RFC 6298 section 2.1). */
  readonly impairedDeadlineMs: number;
}

const ECHO_BODY = 'hopscope posts this\n';
const NOT_FOUND = 'not found\n';

const exchanges = [
  {
    caseId: 'get-page',
    method: 'GET',
    target: '/page',
    bodyText: null,
    expectedStatus: 200,
    expectedBodyText: ORIGIN_PAGES['/page'] ?? null,
  },
  { caseId: 'head-page', method: 'HEAD', target: '/page', bodyText: null, expectedStatus: 200, expectedBodyText: '' },
  {
    caseId: 'post-echo',
    method: 'POST',
    target: ORIGIN_ECHO_TARGET,
    bodyText: ECHO_BODY,
    expectedStatus: 200,
    expectedBodyText: ECHO_BODY,
  },
  { caseId: 'get-missing', method: 'GET', target: '/page/missing', bodyText: null, expectedStatus: 404, expectedBodyText: NOT_FOUND },
] as const;

/** Plain HTTP through the listener that carries the WebSockets. */
export const httpBeside = defineScenario<Options>({
  id: 'http-beside',
  title: 'Plain HTTP beside',
  about:
    'Ordinary requests through the same listener, for correctness (undici) and under load (autocannon): what the WebSocket config does to ordinary traffic.',
  isForLabConfigs: true,
  defaults: { connections: 10, requests: 1000, durationMs: 1000, deadlineMs: 3000, impairedDeadlineMs: 12_000 },
  capture: 'headers',
  sampleSockets: true,
  async run(context) {
    for (const [index, live] of context.paths.entries()) {
      if (context.signal.aborted) return;
      context.progress(`${live.path.id}: ${exchanges.length} requests, then load`, index, context.paths.length);
      await context.stimulus(live, () => exchange(context, live));
    }
  },
});

async function exchange(context: ScenarioContext<Options>, live: LivePath): Promise<void> {
  const { connections: most, requests: count, durationMs, ...limits } = context.options;
  const deadlineMs = isImpaired(live.path) ? limits.impairedDeadlineMs : limits.deadlineMs;
  const base = live.path.httpBase;
  const before = await live.origin.take();
  const endpoint = live.endpoint(`${base}/page`);
  const cases = exchanges.map((one) => ({ ...one, target: `${base}${one.target}` }));
  const single = await live.drive({ kind: 'http', endpoint, cases, load: null, deadlineMs });
  const connections = newSince(before, await live.origin.take());
  const requests = single.requests.map((request, index) => ({
    ...request,
    originHeadBase64: headAtOrigin(connections, request.method, exchanges[index]?.target ?? request.target),
  }));
  const load = { target: `${base}/page`, connections: most, requests: count, durationMs };
  const loaded = await live.drive({ kind: 'http', endpoint, cases: [], load, deadlineMs: load.durationMs + 4000 });
  context.record('http', { path: live.path.id, scenario: 'http-beside', requests, load: loaded.load });
}
