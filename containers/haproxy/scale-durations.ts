import type { ScaledConfig } from '../../harness/model/service.ts';
import { readTimeMs } from './config-idle.ts';
import { OTHER_KINDS, PROXY_KINDS, splitSpans, type Span } from './config-sections.ts';

/** Timeouts that end no connection of a client: a check that gives up sooner only takes servers away. */
const LEFT_ALONE = new Set(['check']);

/**
 * Divides every `timeout` of the proxy sections, and every `set-timeout` of their rules. HAProxy has no default times: what is
 * not set does not expire, or follows a timeout that is. The result is in milliseconds, or microseconds below one.
 */
export function scaleDurations(text: string, factor: number): ScaledConfig {
  const notes: string[] = [];
  let isProxy = false;
  const lines = text.split('\n').map((line, index) => {
    const spans = splitSpans(line);
    const kind = spans[0]?.text ?? '';
    if (PROXY_KINDS.has(kind)) isProxy = true;
    else if (OTHER_KINDS.has(kind)) isProxy = false;
    const time = isProxy ? timeOf(spans) : null;
    if (time === null) return line;
    const limitMs = readTimeMs(time.text);
    if (limitMs === null) notes.push(`line ${index + 1}: \`${time.text.slice(0, 80)}\` is no plain time and stays as it is`);
    if (limitMs === null || limitMs === 0) return line;
    const raw = line.slice(time.from, time.to);
    return line.slice(0, time.from) + raw.replace(time.text, () => written(limitMs / factor)) + line.slice(time.to);
  });
  return { text: lines.join('\n'), notes };
}

/** The word with the time, where a line has one that counts. */
function timeOf(spans: readonly Span[]): Span | null {
  const [first = '', second = '', third = ''] = spans.map(({ text }) => text);
  if (first === 'timeout' && !LEFT_ALONE.has(second)) return spans[2] ?? null;
  return first === 'http-request' && second === 'set-timeout' && third !== '' ? (spans[3] ?? null) : null;
}

/** Manual, section 2.5: whole numbers with a unit. */
const written = (ms: number): string => (ms < 1 ? `${Math.max(1, Math.round(ms * 1000))}us` : `${Math.round(ms)}ms`);
