import type { ExpectedOrigin } from '../../harness/model/surroundings.ts';
import type { Directive } from './config-tree.ts';
import { everyPlaced, type Placed, placeOf } from './placed.ts';
import { namedIn } from './scope.ts';
import { expandVariables, variableValues } from './variable-values.ts';

const PASSES = new Set(['proxy_pass', 'grpc_pass', 'fastcgi_pass', 'uwsgi_pass', 'scgi_pass', 'memcached_pass']);
const TLS_SCHEMES = new Set(['https', 'grpcs', 'suwsgi']);

/** A next host as an address names it. */
interface Address {
  readonly scheme: string;
  readonly host: string;
  readonly port: number | null;
  readonly isUnix: boolean;
}

/** Where the config sends requests: addresses of `proxy_pass` and its like, and the servers of the `upstream` blocks that they name. */
export function originsOf(main: readonly Directive[]): readonly ExpectedOrigin[] {
  const everything = everyPlaced(main);
  const values = variableValues(everything);
  const found = everything
    .filter(({ directive }) => PASSES.has(directive.name))
    .flatMap((placed) => expandVariables(placed.directive.args[0] ?? '', values).flatMap((text) => originsBehind(text, placed)));
  // The first place of each stays.
  const unique = new Map(
    found.toReversed().map((origin) => [JSON.stringify([origin.host, origin.port, origin.isUnix, origin.tls]), origin]),
  );
  return [...unique.values()].toReversed();
}

function originsBehind(text: string, { directive, blocks }: Placed): readonly ExpectedOrigin[] {
  const address = parseAddress(text);
  if (address === null) return [];
  const isStreamTls = blocks[0]?.name === 'stream' && isOn(blocks, 'proxy_ssl');
  const tls = TLS_SCHEMES.has(address.scheme) || isStreamTls;
  const upstream = blocks
    .slice(0, 1)
    .flatMap((top) => namedIn(top, 'upstream'))
    .find(({ args }) => args[0] === address.host);
  if (upstream === undefined || address.isUnix) return [origin(address, tls, directive)];
  return (upstream.block ?? [])
    .filter(({ name }) => name === 'server')
    .flatMap((server) => {
      const one = parseAddress(server.args[0] ?? '');
      return one === null ? [] : [origin({ ...one, port: one.port ?? 80 }, tls, server)];
    });
}

const isOn = (blocks: readonly Directive[], name: string): boolean =>
  blocks.some(({ block }) => (block ?? []).some((one) => one.name === name && one.args[0] === 'on'));

function origin({ scheme, host, port, isUnix }: Address, tls: boolean, at: Directive): ExpectedOrigin {
  const byScheme = scheme === 'https' || scheme === 'grpcs' ? 443 : 80;
  return { host, port: isUnix ? null : (port ?? byScheme), isUnix, tls, place: placeOf(at) };
}

/** `http://name:8080/path`, `[::1]:9526`, `unix:/run/app.sock`; null where a variable stands in the host. */
export function parseAddress(text: string): Address | null {
  const [, scheme = '', rest = ''] = /^(?:([a-z]+):\/\/)?(.*)$/s.exec(text) ?? [];
  const unix = /^unix:([^:\s]+)/.exec(rest)?.[1];
  if (unix !== undefined) return unix.includes('$') ? null : { scheme, host: unix, port: null, isUnix: true };
  const [, literal, name, port] = /^(?:\[([\da-fA-F:.]+)\]|([^:/?\s[\]$]+))(?::(\d{1,5})(?=$|[/?:$])|(?=$|[/?:]))/.exec(rest) ?? [];
  const host = literal ?? name;
  if (host === undefined) return null;
  return { scheme, host, port: port === undefined ? null : Number(port), isUnix: false };
}
