import type { Endpoint } from '../drive/protocol.ts';
import { HarnessError } from '../errors.ts';

/** A path outside the lab, as a driver connects to it and as it may be shown. */
export interface OutsideUrl {
  readonly endpoint: Endpoint;
  /** Without the values of its query, which may be tokens. */
  readonly shown: string;
}

const MAX_URL = 4096;

/**
 * Reads the URL of a WebSocket (RFC 6455 section 3). Throws USAGE_ERR_BAD_FLAG for another scheme, for a user and password (drivers send none), and for a fragment,
 * which section 3 forbids.
 */
export function outsideUrl(text: string): OutsideUrl {
  const url = parsed(text);
  // What was written is not repeated: it may hold a password.
  if (url === null)
    throw bad('a URL such as ws://host:8080/socket', text.length > MAX_URL ? 'more than 4096 characters' : 'one that is none');
  if (url.protocol !== 'ws:' && url.protocol !== 'wss:') throw bad('a URL that begins with ws:// or wss://', `'${url.protocol}'`);
  if (url.username !== '' || url.password !== '') throw bad('a URL without a user and a password: drivers send none', 'one with them');
  if (url.hash !== '') throw bad('a URL without a fragment (RFC 6455 section 3)', 'one with it');
  const tls = url.protocol === 'wss:';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const endpoint = {
    host,
    port: url.port === '' ? (tls ? 443 : 80) : Number(url.port),
    tls,
    serverName: host,
    target: `${url.pathname}${url.search}`,
    hostHeader: url.host,
  };
  return { endpoint, shown: `${url.protocol}//${url.host}${url.pathname}${shownQuery(url)}` };
}

/** `?token=...&room=...`: names only. */
function shownQuery({ searchParams }: URL): string {
  const names = [...searchParams.keys()].map((name) => `${encodeURIComponent(name)}=...`);
  return names.length === 0 ? '' : `?${names.join('&')}`;
}

function parsed(text: string): URL | null {
  return text.length > MAX_URL || !URL.canParse(text) ? null : new URL(text);
}

const bad = (expected: string, got: string): HarnessError =>
  new HarnessError('USAGE_ERR_BAD_FLAG', `expected --url to be ${expected}, got ${got}`);
