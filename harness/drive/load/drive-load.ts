import { setTimeout as delay } from 'node:timers/promises';
import type { LoadBucket } from '../../model/load.ts';
import type { LoadReply, LoadRequest, StopReply } from '../protocol.ts';
import { loadKit } from './load-kit.ts';
import { LoadRun } from './load-run.ts';

/** Ends each load that waits or runs. */
const running = new Set<AbortController>();

/** Makes a load; each bucket is told when it is over. Never rejects for what the path does. */
export async function driveLoad(request: LoadRequest, onBucket: (bucket: LoadBucket) => void): Promise<LoadReply> {
  const stopper = new AbortController();
  const startsAtMs = performance.now() + request.startInMs;
  running.add(stopper);
  try {
    const kit = loadKit(request, request.endpoint.tls ? await sharedContext() : null);
    await delay(Math.max(0, startsAtMs - performance.now()), undefined, { signal: stopper.signal }).catch(() => undefined);
    const run = new LoadRun(request, kit, onBucket);
    if (stopper.signal.aborted) run.stop();
    stopper.signal.addEventListener('abort', () => run.stop());
    return await run.result;
  } finally {
    running.delete(stopper);
  }
}

/** Ends every load; each replies with what it has. */
export function stopLoads(): StopReply {
  for (const stopper of running) stopper.abort();
  return { stopped: running.size };
}

/** Loaded when needed: most paths of a lab are plain. One context for all sessions, as it is large. */
async function sharedContext() {
  const { createSecureContext } = await import('node:tls');
  return createSecureContext();
}
