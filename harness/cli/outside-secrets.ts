import type { OutsideUrl } from '../fleet/outside-url.ts';
import type { ClientConnection, TimedBytes } from '../model/handshake-evidence.ts';

/** What takes the values of a URL's query, which may be tokens, out of what is recorded and shown. */
export interface SecretsOf {
  /** The request-target without them. */
  readonly target: string;
  text(text: string): string;
  bytes(list: readonly TimedBytes[]): readonly TimedBytes[];
  connection(client: ClientConnection): ClientConnection;
}

/** Shorter ones are no tokens, and stand in many texts by chance. */
const LEAST_SECRET = 4;

export function secretsOf({ endpoint, shown }: OutsideUrl): SecretsOf {
  const at = endpoint.target.indexOf('?');
  const query = at === -1 ? '' : endpoint.target.slice(at + 1);
  const url = new URL(shown);
  const values = query
    .split('&')
    .map((pair) => (pair.includes('=') ? pair.slice(pair.indexOf('=') + 1) : pair))
    .flatMap((value) => [value, decoded(value)])
    .filter((value) => value.length >= LEAST_SECRET);
  const secrets = [...new Set([...(query === '' ? [] : [query]), ...values])].toSorted((a, b) => b.length - a.length);
  const text = (whole: string): string => secrets.reduce((left, secret) => left.replaceAll(secret, '...'), whole);
  // As long as before: frames say how long they are.
  const starred = (whole: string): string => secrets.reduce((left, secret) => left.replaceAll(secret, '*'.repeat(secret.length)), whole);
  // A token may be cut in two by a read or a write, so bytes are looked through as one; most hold none and keep their cuts.
  const bytes = (list: readonly TimedBytes[]): readonly TimedBytes[] => {
    const whole = Buffer.concat(list.map(({ base64 }) => Buffer.from(base64, 'base64'))).toString('latin1');
    const clean = starred(whole);
    const [first] = list;
    return clean === whole || first === undefined ? list : [{ atMs: first.atMs, base64: Buffer.from(clean, 'latin1').toString('base64') }];
  };
  return {
    target: `${url.pathname}${url.search}`,
    text,
    bytes,
    connection: (client) => ({ ...client, sent: bytes(client.sent), received: bytes(client.received) }),
  };
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    return value;
  }
}
