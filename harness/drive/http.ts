import { nowMs } from '../measure/clock.ts';
import { agentFor, exchange } from './http-exchange.ts';
import type { HttpReply, HttpRequest } from './protocol.ts';

/** Single requests, one after the other, each on a connection of its own; then the load. All of it before the deadline. */
export async function driveHttp(request: HttpRequest): Promise<HttpReply> {
  const { endpoint, cases, load } = request;
  const deadlineAtMs = nowMs() + request.deadlineMs;
  const requests: HttpReply['requests'][number][] = [];
  for (const one of cases) {
    const agent = agentFor(endpoint, 1, deadlineAtMs - nowMs());
    requests.push(await exchange(agent, endpoint, one, deadlineAtMs));
    await agent.destroy();
  }
  if (load === null) return { requests, load: null };
  const { driveHttpLoad } = await import('./http-load.ts');
  return { requests, load: await driveHttpLoad(request, load, deadlineAtMs) };
}
