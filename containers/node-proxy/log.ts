import type { ProxyLogEntry } from '../../harness/model/service.ts';

/** Node's own limit on a request head is 16 KiB, so a line of ours is never longer than this. */
const MAX_LINE = 64 * 1024;

/** Events of event-log.ts. `close` is the one that says how a request or upgrade went, so it counts as the access line. */
const KINDS: Readonly<Record<string, ProxyLogEntry['kind']>> = {
  listening: 'notice',
  request: 'notice',
  upgrade: 'notice',
  open: 'notice',
  response: 'notice',
  error: 'error',
  close: 'access',
};

/** https://nodejs.org/docs/latest-v24.x/api/errors.html#common-system-errors */
const CODES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused the connection',
  ECONNRESET: 'reset or dropped the connection',
  EPIPE: 'closed the connection while it was being written to',
  ETIMEDOUT: 'did not answer in time',
  EHOSTUNREACH: 'cannot be reached',
  ENOTFOUND: 'has a name that cannot be resolved',
  EAI_AGAIN: 'has a name that cannot be resolved',
};

/** Decodes a line that a program in configs/ has logged. Null for anything else, such as a warning of Node's or a stack trace. */
export function parseLog(line: string): ProxyLogEntry | null {
  const fields = line.length > MAX_LINE ? null : readFields(line);
  const kind = typeof fields?.['event'] === 'string' ? KINDS[fields['event']] : undefined;
  if (fields === null || kind === undefined) return null;
  const text = (name: string): string | null => (typeof fields[name] === 'string' ? fields[name] : null);
  const number = (name: string): number | null => (typeof fields[name] === 'number' ? fields[name] : null);
  const endedBy = (['client', 'server', 'proxy'] as const).find((side) => side === fields['endedBy']) ?? null;
  const termination = kind === 'error' ? (text('code') ?? text('message')) : text('error');
  const entry: ProxyLogEntry = {
    raw: line,
    kind,
    atMs: number('at'),
    clientPort: number('clientPort'),
    method: text('method'),
    target: text('url'),
    status: number('status'),
    serverStatus: number('serverStatus'),
    server: text('server'),
    reachedServer: kind === 'access' ? text('server') !== null : text('server') === null ? null : true,
    durationMs: number('durationMs'),
    termination,
    terminationMeaning: null,
    endedBy,
  };
  return { ...entry, terminationMeaning: meaningOf(entry) };
}

function meaningOf({ kind, termination, endedBy, status, serverStatus }: ProxyLogEntry): string | null {
  if (kind === 'notice') return null;
  const who = endedBy === 'client' ? 'the client' : 'the next host';
  if (termination !== null) return `${who} ${CODES[termination] ?? `failed with ${termination}`}`;
  if (endedBy === 'client' && status === null) return 'the client closed the connection before it had any answer';
  if (endedBy === 'proxy' && serverStatus === null) return `the program answered ${status ?? 'nothing'} by itself and asked no next host`;
  return endedBy === null ? null : `${who} closed the connection`;
}

function readFields(line: string): Readonly<Record<string, unknown>> | null {
  if (!line.startsWith('{')) return null;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}
