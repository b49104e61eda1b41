import type { LadderMode } from '../../harness/model/ladder-mode.ts';
import type { ConfigLine } from '../../harness/model/service.ts';
import { readSource, placeOf } from './config-lines.ts';

interface ServerLimit {
  readonly name: string;
  readonly defaultMs: number;
  readonly modes: readonly LadderMode[];
  readonly does: string;
  /** What Node adds to it before it acts. */
  readonly addsMs: number;
}

/**
 * https://nodejs.org/api/http.html#class-httpserver. Heads are looked at every `connectionsCheckingInterval`, and a kept
 * connection is given `keepAliveTimeoutBuffer` more than it is told.
 */
const SERVER_LIMITS: readonly ServerLimit[] = [
  {
    name: 'headersTimeout',
    defaultMs: 60_000,
    modes: ['connect-silent', 'head-unfinished'],
    does: 'ends a connection whose request head is not whole, at the next look',
    addsMs: 0,
  },
  { name: 'requestTimeout', defaultMs: 300_000, modes: [], does: 'ends a request that does not become whole', addsMs: 0 },
  {
    name: 'keepAliveTimeout',
    defaultMs: 5000,
    modes: ['keep-alive-idle'],
    does: 'ends a connection that is kept for a next request',
    addsMs: 1000,
  },
  { name: 'connectionsCheckingInterval', defaultMs: 30_000, modes: [], does: 'is how often heads are looked at', addsMs: 0 },
];

/** Options of http-proxy and its successors that act on plain requests; a WebSocket has no limit there. */
const PROXY_LIMITS = ['proxyTimeout', 'timeout'];

/** Times that a proxy program sets, and Node's defaults for a server of its own. A heuristic over the text. Never throws. */
export function readLimits(text: string, file: string): readonly ConfigLine[] {
  const source = readSource(text);
  const server = /\b(?:http\.)?createServer\s*\(/.exec(source.code);
  const lines = SERVER_LIMITS.flatMap(({ name, defaultMs, modes, does, addsMs }): readonly ConfigLine[] => {
    const declared = assigned(source.code, name);
    const more = addsMs === 0 ? '' : `, ${addsMs / 1000} s later than it says`;
    if (declared === null) {
      if (server === null || modes.length === 0) return [];
      const explanation = `no \`${name}\` is set: Node's default of ${defaultMs / 1000} s ${does}${more}`;
      return [
        {
          symptom: 'limits-time',
          file,
          ...placeOf(source, server.index),
          explanation,
          modes,
          limitMs: defaultMs + addsMs,
          isDefault: true,
        },
      ];
    }
    if (declared.ms === 0) return [];
    const explanation = `\`${name}\` ${does}${more}`;
    return [{ symptom: 'limits-time', file, ...placeOf(source, declared.offset), explanation, modes, limitMs: declared.ms + addsMs }];
  });
  const proxied = PROXY_LIMITS.flatMap((name): readonly ConfigLine[] => {
    const declared = assigned(source.code, name);
    if (declared === null || declared.ms === 0) return [];
    const explanation = `\`${name}\` ends a plain request that waits for so long; a WebSocket it leaves alone`;
    return [{ symptom: 'limits-time', file, ...placeOf(source, declared.offset), explanation, modes: [], limitMs: declared.ms }];
  });
  return [...lines, ...proxied].toSorted((a, b) => a.line - b.line);
}

/** `keepAliveTimeout: 5000`, `server.keepAliveTimeout = 5_000`; a time that is computed is not known. */
function assigned(code: string, name: string): { readonly ms: number; readonly offset: number } | null {
  const match = new RegExp(`(?<![\\w$])${name}\\s*(?::|=(?!=))\\s*(\\d[\\d_]{0,12})\\s*[,;}\\n)]`).exec(code);
  return match === null ? null : { ms: Number((match[1] ?? '').replaceAll('_', '')), offset: match.index };
}
