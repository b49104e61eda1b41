import { isHttp, type Section, type Statement } from './config-sections.ts';
import { isEveryAddress, isLiteral, readAddresses } from './network-address.ts';
import { remembered } from './remembered.ts';
import type { Block, WholeConfig } from './whole-config.ts';

/** One thing that a `bind` line listens on. */
export interface Bind {
  readonly statement: Statement;
  readonly tls: boolean;
  readonly wantsProxyHeader: boolean;
  /** A port of TCP; null for a socket file or a name in the abstract namespace. */
  readonly port: number | null;
  /** A literal address; null: every one. */
  readonly address: string | null;
  /** A host name that it listens on; null where it says none. */
  readonly name: string | null;
  /** Path of a socket file, name of an abstract one. */
  readonly socket: { readonly isFile: boolean; readonly name: string } | null;
  readonly isQuic: boolean;
}

const MAX_BINDS = 500;

/** What a section listens on, in the order of its lines. */
export const bindsOf = remembered(({ own }: Pick<Block, 'own'>): readonly Bind[] => {
  const expectsHeader = own.some(({ words }) => words.slice(0, 4).join(' ') === 'tcp-request connection expect-proxy layer4');
  return own.flatMap((statement) => bindsOfLine(statement, expectsHeader)).slice(0, MAX_BINDS);
});

function bindsOfLine(statement: Statement, expectsHeader: boolean): readonly Bind[] {
  const { words } = statement;
  const isStats = words[0] === 'stats' && words[1] === 'socket';
  if (words[0] !== 'bind' && !isStats) return [];
  const options = words.slice(isStats ? 3 : 2);
  const common = {
    statement,
    tls: options.includes('ssl'),
    wantsProxyHeader: expectsHeader || options.includes('accept-proxy'),
    isQuic: false,
    port: null,
    address: null,
    name: null,
    socket: null,
  };
  return readAddresses(words[isStats ? 2 : 1] ?? '').flatMap((one): readonly Bind[] => {
    if (one.kind === 'unix') return [{ ...common, socket: { isFile: true, name: one.path } }];
    if (one.kind === 'other') return [{ ...common, socket: { isFile: false, name: one.name } }];
    if (one.isDatagram && !one.isQuic) return [];
    const host = one.host === 'localhost' ? '127.0.0.1' : one.host;
    const place = isLiteral(host) && !isEveryAddress(host) ? { address: host } : { name: isEveryAddress(host) ? null : host };
    return (one.ports ?? []).map((port) => ({ ...common, ...place, port, isQuic: one.isQuic }));
  });
}

/** Everything that the process listens on. */
export const allBinds = remembered(({ blocks }: Pick<WholeConfig, 'blocks'>): readonly Bind[] =>
  blocks.flatMap((block) => [...bindsOf(block)]).slice(0, MAX_BINDS),
);

/** In `mode tcp` a front section hands on bytes: a client speaks what the server behind it speaks. */
export function passesTls(front: Section, back: Section | null, { port }: Bind): boolean {
  if (isHttp(front)) return false;
  const readsHello = [...front.own, ...front.inherited].some(({ text }) => /\breq[._]ssl_/.test(text));
  const checksHello = [...(back?.own ?? [])].some(({ words }) => words[0] === 'option' && words[1] === 'ssl-hello-chk');
  return readsHello || checksHello || port === 443 || port === 8443;
}
