import { setTimeout as sleep } from 'node:timers/promises';
import type { LivePath } from './scenario.ts';

const MAX_WAIT_MS = 6000;
const PAUSE_MS = 250;
const DEADLINE_MS = 2000;
const UNAVAILABLE = 503;

/**
 * Waits until the proxies of users' own configs have servers to send requests to, 6 s at the most. A server may be away at first: its name has yet
 * to be resolved (HAProxy's `init-addr none`), or a health check has yet to pass; in production nobody is sent to a proxy before that.
 */
export async function awaitServers(paths: readonly LivePath[], signal: AbortSignal): Promise<void> {
  let away = paths.filter(({ path }) => path.foreign === true && path.proxies.length > 0);
  for (const deadline = performance.now() + MAX_WAIT_MS; ; await sleep(PAUSE_MS)) {
    const next: LivePath[] = [];
    for (const live of away) {
      if (signal.aborted) return;
      if (await isUnavailable(live)) next.push(live);
    }
    away = next;
    if (away.length === 0 || performance.now() > deadline) return;
  }
}

async function isUnavailable(live: LivePath): Promise<boolean> {
  const { target } = live.path;
  const case_ = { caseId: 'server-there', method: 'GET', target, bodyText: null, expectedStatus: 200, expectedBodyText: null };
  const { requests } = await live.drive({
    kind: 'http',
    endpoint: live.endpoint(target),
    cases: [case_],
    load: null,
    deadlineMs: DEADLINE_MS,
  });
  return requests[0]?.status === UNAVAILABLE;
}
