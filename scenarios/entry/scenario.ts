import { defineScenario, headAtOrigin, newSince, type LivePath, type ScenarioContext } from '../../harness/index.ts';

interface Options {
  readonly deadlineMs: number;
}

/** Below it a proxy may answer `/` as it likes: with a page, a redirect, a login, or that there is nothing. */
const FIRST_SERVER_ERROR = 500;
const OK = 200;

/** Ordinary requests at the entries of a user's own config, of whose pages nothing is known. */
export const entry = defineScenario<Options>({
  id: 'entry',
  title: 'Entry over plain HTTP',
  about:
    'Asks each entry of a checked config for its front page without an upgrade: whatever it answers must be an answer, and the origin must not be asked for an upgrade.',
  isSpecial: true,
  defaults: { deadlineMs: 3000 },
  async run(context) {
    for (const [index, live] of context.paths.entries()) {
      if (context.signal.aborted) return;
      context.progress(`${live.path.id}: an ordinary request`, index, context.paths.length);
      await context.stimulus(live, () => ask(context, live));
    }
  },
});

async function ask(context: ScenarioContext<Options>, live: LivePath): Promise<void> {
  const before = await live.origin.take();
  const frontPage = { caseId: 'front-page', method: 'GET', target: '/', bodyText: null, expectedStatus: OK, expectedBodyText: null };
  const { requests } = await live.drive({
    kind: 'http',
    endpoint: live.endpoint('/'),
    cases: [frontPage],
    load: null,
    deadlineMs: context.options.deadlineMs,
  });
  const connections = newSince(before, await live.origin.take());
  const told = requests.map((request) => ({
    ...request,
    expectedStatus: request.status !== null && request.status < FIRST_SERVER_ERROR && request.status >= OK ? request.status : OK,
    originHeadBase64: headAtOrigin(connections, 'GET', '/'),
  }));
  context.record('http', { path: live.path.id, scenario: 'entry', requests: told, load: null });
}
