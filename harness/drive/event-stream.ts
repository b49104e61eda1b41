import type { Agent } from 'undici';
import { nowMs } from '../measure/clock.ts';
import { describeFailure, signalUntil } from './http-exchange.ts';
import { originOf } from './http-origin.ts';
import { ownFields } from './own-fields.ts';
import type { CoexistRequest, Endpoint, StreamReply } from './protocol.ts';

const MOST_TEXT = 1_048_576;
const LOOK_EVERY_MS = 5;

interface Said {
  readonly n: number;
  readonly sentAtMs: number;
}

/** Reads an answer that comes in parts and keeps when each came. Never rejects. */
export async function readStream(
  agent: Agent,
  endpoint: Endpoint,
  stream: CoexistRequest['phases'][number]['streams'][number],
  deadlineAtMs: number,
): Promise<StreamReply> {
  const startedAtMs = nowMs();
  const lag = watchLag();
  const events = new Map<number, Said & { readonly cameAtMs: number }>();
  let status: number | null = null;
  let error: string | null = null;
  try {
    const response = await agent.request({
      origin: originOf(endpoint),
      path: stream.target,
      method: 'GET',
      headers: { ...ownFields(endpoint), accept: 'text/event-stream' },
      signal: signalUntil(deadlineAtMs),
    });
    status = response.statusCode;
    const reader = new PartReader();
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      const cameAtMs = nowMs();
      for (const said of reader.push(chunk.toString('latin1'))) if (!events.has(said.n)) events.set(said.n, { ...said, cameAtMs });
    }
  } catch (cause) {
    error = describeFailure(cause, deadlineAtMs - startedAtMs);
  }
  return {
    caseId: stream.caseId,
    startedAtMs,
    endedAtMs: nowMs(),
    status,
    error,
    events: Array.from({ length: stream.expectedEvents }, (_, index) => {
      const event = events.get(index + 1);
      return { sentAtMs: event?.sentAtMs ?? null, cameAtMs: event?.cameAtMs ?? null };
    }),
    lagMs: lag(),
  };
}

/** Finds what the origin says of each part, wherever the bytes were cut. The text is untrusted: anything else in it is passed over. */
class PartReader {
  #rest = '';
  #size = 0;

  push(text: string): readonly Said[] {
    this.#size += text.length;
    if (this.#size > MOST_TEXT) throw new Error(`a stream over ${MOST_TEXT} bytes`);
    const lines = `${this.#rest}${text}`.split('\n');
    this.#rest = lines.pop() ?? '';
    return lines.flatMap((line) => readSaid(line.replace(/^data: /, '')) ?? []);
  }
}

function readSaid(line: string): Said | null {
  try {
    const value = JSON.parse(line) as Partial<Said> | null;
    return Number.isFinite(value?.n) && Number.isFinite(value?.sentAtMs) ? (value as Said) : null;
  } catch {
    return null;
  }
}

/** How late this program itself was at the most, until asked: what comes in that time seems to have come together. */
function watchLag(): () => number {
  let most = 0;
  let dueAtMs = nowMs() + LOOK_EVERY_MS;
  const look = (): void => {
    most = Math.max(most, nowMs() - dueAtMs);
    dueAtMs = nowMs() + LOOK_EVERY_MS;
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  return () => {
    clearInterval(timer);
    if (nowMs() > dueAtMs) look();
    return most;
  };
}
