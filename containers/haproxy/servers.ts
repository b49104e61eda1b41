import type { Section, Statement } from './config-sections.ts';
import { isLoopback, readAddress, type NetworkAddress } from './network-address.ts';
import { remembered } from './remembered.ts';
import type { Bind } from './binds.ts';

/** One server of a backend. */
export interface Server {
  readonly statement: Statement;
  readonly address: NetworkAddress;
  readonly tls: boolean;
  /** Words behind the address. */
  readonly options: readonly string[];
}

const POSITION: Readonly<Record<string, number>> = { server: 2, 'server-template': 3, dispatch: 1 };

/** Servers of a section that are written with an address; a server that takes the client's own destination has none. */
export const readServers = remembered(({ own, inherited }: Pick<Section, 'own' | 'inherited'>): readonly Server[] => {
  const byDefault = [...inherited, ...own].filter(({ words }) => words[0] === 'default-server').flatMap(({ words }) => words.slice(1));
  return own.flatMap((statement): readonly Server[] => {
    const at = POSITION[statement.words[0] ?? ''];
    if (at === undefined) return [];
    const address = readAddress(statement.words[at] ?? '');
    const options = statement.words.slice(at + 1);
    const tls = options.includes('ssl') || (byDefault.includes('ssl') && !options.includes('no-ssl'));
    return address.kind === 'inet' && /^(?:\*|0\.0\.0\.0|::|)$/.test(address.host) ? [] : [{ statement, address, tls, options }];
  });
});

/** The bind of this same config that a server leads to, if it does. */
export function ownBindOf({ address }: Server, binds: readonly Bind[]): Bind | null {
  const found = binds.find(({ socket, port, address: own }) => {
    if (address.kind !== 'inet') return socket?.name === (address.kind === 'unix' ? address.path : address.name);
    const isOwnPort = port !== null && (address.ports ?? []).includes(port);
    return (
      isOwnPort && (own === null ? isLoopback(address.host) : own === address.host || (isLoopback(own) && address.host === 'localhost'))
    );
  });
  return found ?? null;
}
