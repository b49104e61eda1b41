import type { RankedEntry } from './entries.ts';
import type { Directive } from './config-tree.ts';
import { placeOf } from './placed.ts';
import { effective } from './scope.ts';
import { isRealName, type Server } from './server-choice.ts';

/** Names that one `map` of `$ssl_preread_server_name` gives entries for. */
const MAX_NAMES = 4;
const TLS_PORTS = new Set([443, 8443]);

/** Servers of `stream` relay bytes: whatever speaks there may be a WebSocket. https://nginx.org/en/docs/stream/ngx_stream_proxy_module.html */
export const streamEntries = (servers: readonly Server[]): readonly RankedEntry[] =>
  servers.filter(({ protocol }) => protocol === 'stream').flatMap(entriesOfServer);

function entriesOfServer({ blocks, listens, names }: Server): readonly RankedEntry[] {
  const pass = (blocks.at(-1)?.block ?? []).find(({ name }) => name === 'proxy_pass');
  if (pass === undefined) return [];
  const isPreread = effective(blocks, 'ssl_preread')[0]?.args[0] === 'on';
  const routed = isPreread ? routedNames(blocks[0], pass.args[0] ?? '') : [];
  const real = names.filter(isRealName);
  const hosts = routed.length > 0 ? routed : real.length > 0 ? real.slice(0, 1) : ['localhost'];
  return listens
    .filter(({ unix, isIpv6 }, index) => unix === null && (!isIpv6 || index === 0))
    .flatMap(({ tls, port, address }) =>
      hosts.map((host): RankedEntry => {
        const scheme = tls || isPreread || TLS_PORTS.has(port) ? 'wss' : 'ws';
        const because = 'this server relays bytes, whatever they are';
        return { entry: { scheme, host, port, target: '/', address, kind: 'likely', because, place: placeOf(pass) }, score: 1.8 };
      }),
    );
}

/** The keys of the map from the name in a ClientHello to where it goes. */
function routedNames(stream: Directive | undefined, variable: string): readonly string[] {
  const map = (stream?.block ?? []).find(
    ({ name, args }) => name === 'map' && args[0] === '$ssl_preread_server_name' && args[1] === variable,
  );
  return (map?.block ?? [])
    .map(({ name }) => (name.startsWith('*.') ? `a${name.slice(1)}` : name.replace(/^\./, '')))
    .filter((name) => isRealName(name) && name !== 'default' && name !== 'hostnames')
    .slice(0, MAX_NAMES);
}
