import type { ProxyLogEntry } from '../harness/model/service.ts';

/** A line longer than this is not worth reading. */
const MAX_LINE = 64 * 1024;

/** The values of a log line that is one JSON object. */
export interface LogFields {
  /** The line as it was read. */
  readonly raw: string;
  /** A text that is there; null for one that is empty or `-`, as most programs write what they do not know. */
  text(name: string): string | null;
  /** A number, also where it is written as a text. */
  number(name: string): number | null;
  /** The object of that name, empty when there is none. */
  object(name: string): LogFields;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

function fieldsOf(raw: string, values: Readonly<Record<string, unknown>>): LogFields {
  const text = (name: string): string | null => {
    const value = values[name];
    return typeof value === 'string' && value !== '' && value !== '-' ? value : null;
  };
  return {
    raw,
    text,
    number: (name) => {
      const value = values[name];
      if (typeof value === 'number') return value;
      const written = text(name);
      return written !== null && /^-?\d+(?:\.\d+)?$/.test(written) ? Number(written) : null;
    },
    object: (name) => {
      const value = values[name];
      return fieldsOf(raw, isObject(value) ? value : {});
    },
  };
}

/**
 * Reads a log line that is one JSON object; null for any other. Programs that do not write JSON by themselves escape what a client
 * sent as `\xhh`, which is read as that byte, and H2O leaves a backslash as it is.
 */
export function readLogFields(line: string): LogFields | null {
  if (!line.startsWith('{') || line.length > MAX_LINE) return null;
  const mended = line.replace(/\\(?:x([0-9a-fA-F]{2})|u[0-9a-fA-F]{4}|["\\/bfnrt]|)/g, (found, hex: string | undefined) => {
    if (hex !== undefined) return `\\u00${hex}`;
    return found === '\\' ? '\\\\' : found;
  });
  try {
    const value: unknown = JSON.parse(mended);
    return isObject(value) ? fieldsOf(line, value) : null;
  } catch {
    return null;
  }
}

/** Method and target of a request line; both null for what is none. */
export function requestOf(requestLine: string | null): Pick<ProxyLogEntry, 'method' | 'target'> {
  const [method, target, protocol] = (requestLine ?? '').split(' ');
  const isRequest = protocol?.startsWith('HTTP/') === true;
  return { method: isRequest ? (method ?? null) : null, target: isRequest ? (target ?? null) : null };
}

/** A time in seconds or smaller units as milliseconds. */
export const toMs = (value: number | null, unitsPerMs: number): number | null =>
  // To the nearest nanosecond: a product of fractions has digits that nobody measured.
  value === null ? null : Math.round((value / unitsPerMs) * 1e6) / 1e6;
