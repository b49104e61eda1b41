import type { Directive } from './config-tree.ts';

/** A TCP socket that a `listen` opens, or its part in one that other servers share. */
export interface Listen {
  /** Literal address without brackets; null: every address. */
  readonly address: string | null;
  readonly isIpv6: boolean;
  readonly port: number;
  readonly tls: boolean;
  readonly wantsProxyHeader: boolean;
  readonly isDefault: boolean;
  /** Path, where it is a unix socket; `port` is 0 then. */
  readonly unix: string | null;
  readonly at: Directive;
}

/** Ports of one `listen` with a range that are taken notice of. */
const MAX_RANGE = 16;

const isOn = (level: readonly Directive[], name: string): boolean => level.some((one) => one.name === name && one.args[0] === 'on');

/**
 * The sockets of a server block: https://nginx.org/en/docs/http/ngx_http_core_module.html#listen. One without `listen` listens on port 80,
 * as a main process that runs as root does. Sockets of QUIC and UDP carry no WebSocket over TCP and are left out.
 */
export function listensOf(server: Directive, protocol: 'http' | 'stream'): readonly Listen[] {
  const level = server.block ?? [];
  const declared = level.filter(({ name, args }) => name === 'listen' && args.length > 0);
  if (declared.length === 0 && protocol === 'http') {
    const none = { address: null, isIpv6: false, wantsProxyHeader: false, isDefault: false, unix: null };
    return [{ ...none, port: 80, tls: isOn(level, 'ssl'), at: server }];
  }
  return declared.filter(({ args }) => !args.includes('quic') && !args.includes('udp')).flatMap((at) => readListen(at, isOn(level, 'ssl')));
}

function readListen(at: Directive, isTlsServer: boolean): readonly Listen[] {
  const [where = '', ...options] = at.args;
  const common = {
    tls: isTlsServer || options.includes('ssl'),
    wantsProxyHeader: options.includes('proxy_protocol'),
    isDefault: options.includes('default_server') || options.includes('default'),
    at,
  };
  if (where.startsWith('unix:')) return [{ ...common, address: null, isIpv6: false, port: 0, unix: where.slice('unix:'.length) }];
  const found = /^(?:(\[[^\]]+\]|[^:]+):)?(\d{1,5})(?:-(\d{1,5}))?$/.exec(where) ?? [where, where, '80'];
  const [, host = '*', low = '80', high = low] = found;
  const literal = host.replace(/^\[|\]$/g, '');
  const isIpv6 = host.startsWith('[');
  const address = literal === '*' || literal === '::' || literal === '0.0.0.0' ? null : literal === 'localhost' ? '127.0.0.1' : literal;
  const ports = Array.from({ length: Math.min(MAX_RANGE, Math.max(1, Number(high) - Number(low) + 1)) }, (_, index) => Number(low) + index);
  return ports.filter((port) => port > 0 && port < 65_536).map((port) => ({ ...common, address, isIpv6, port, unix: null }));
}

/** Servers with equal keys share the socket, and are told apart by name. */
export const socketKey = ({ address, isIpv6, port, unix }: Listen): string => JSON.stringify([address, isIpv6, port, unix]);
