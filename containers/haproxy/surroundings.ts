import {
  NO_SURROUNDINGS,
  type ConfigTree,
  type ExpectedListener,
  type ExpectedOrigin,
  type Surroundings,
} from '../../harness/model/surroundings.ts';
import { allBinds, bindsOf, passesTls } from './binds.ts';
import { isFront, isHttp, type Section } from './config-sections.ts';
import { doubtsOf } from './doubts.ts';
import { readEntries } from './entries.ts';
import { expectedFiles } from './expected-files.ts';
import { rulesIn } from './front-routes.ts';
import { isEveryAddress, isLiteral, readAddress, readAddresses } from './network-address.ts';
import { ownBindOf, readServers, type Server } from './servers.ts';
import { globalsOf, readWhole, type WholeConfig } from './whole-config.ts';

const MAX_FOUND = 1_000;

/**
 * What an HAProxy config expects of the world around it. Pure; never throws; a text that is no HAProxy config expects nothing. Limits: those
 * of readSections, and 1000 of each kind.
 */
export function readSurroundings(tree: ConfigTree): Surroundings {
  const config = readWhole(tree);
  const entries = readEntries(config);
  return {
    ...NO_SURROUNDINGS,
    listeners: listenersOf(config),
    entries,
    origins: originsOf(config).slice(0, MAX_FOUND),
    files: expectedFiles(config, entries).slice(0, MAX_FOUND),
    resolvers: resolversOf(config),
    users: usersOf(config),
    variables: config.variables.map(({ name, fallback, ...at }) => ({ name, fallback, place: config.place(at) })),
    doubts: doubtsOf(config),
  };
}

const listenersOf = (config: WholeConfig): readonly ExpectedListener[] =>
  allBinds(config).flatMap(({ port, isQuic, address, tls, wantsProxyHeader, statement }) =>
    port === null || isQuic ? [] : [{ address, port, tls, wantsProxyHeader, place: config.place(statement) }],
  );

function originsOf(config: WholeConfig): readonly ExpectedOrigin[] {
  const binds = allBinds(config);
  const jail = globalsOf(config).findLast(({ words }) => words[0] === 'chroot')?.words[1] ?? '';
  const passing = tlsPassedTo(config);
  const ofServers = config.sections.flatMap((section) =>
    readServers(section)
      .filter((server) => ownBindOf(server, binds) === null)
      .flatMap((server) => serverOrigins(server, { config, jail, tls: server.tls || passing.has(section) })),
  );
  const seen = new Set<string>();
  return [...ofServers, ...namedPeers(config)].filter(({ host, port, tls }) => {
    const key = `${host} ${port} ${tls}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** Backends that get the client's own TLS, since they and all before them hand on bytes. */
function tlsPassedTo(config: WholeConfig): ReadonlySet<Section> {
  return new Set(
    config.sections
      .filter((front) => isFront(front) && !isHttp(front))
      .flatMap((front) =>
        rulesIn(config)(front).routes.flatMap(({ section }) => {
          return section !== null && bindsOf(front).some((bind) => !bind.tls && passesTls(front, section, bind)) ? [section] : [];
        }),
      ),
  );
}

/** A server, and where its health is asked for when that is elsewhere. */
function serverOrigins(
  { statement, address, options }: Server,
  { config, jail, tls }: { readonly config: WholeConfig; readonly jail: string; readonly tls: boolean },
): readonly ExpectedOrigin[] {
  const place = config.place(statement);
  // A socket is opened when the process is in its jail already.
  if (address.kind === 'unix') return [{ host: `${jail.replace(/\/$/, '')}${address.path}`, port: null, isUnix: true, tls, place }];
  if (address.kind === 'other' || address.isDatagram) return [];
  const ports = address.ports ?? [null];
  const isChecked = options.includes('check');
  const checkPort = isChecked && options.includes('port') ? Number(options[options.indexOf('port') + 1]) : Number.NaN;
  const checkHost = isChecked && options.includes('addr') ? readAddress(options[options.indexOf('addr') + 1] ?? '') : address;
  const host = checkHost.kind === 'inet' ? checkHost.host : address.host;
  const port = Number.isInteger(checkPort) && checkPort > 0 && checkPort < 65_536 ? checkPort : (ports[0] ?? null);
  const check = { host, port, isUnix: false, tls: options.includes('check-ssl') || (tls && port === ports[0]), place };
  const own = ports.map((one) => ({ host: address.host, port: one, isUnix: false, tls, place }));
  const isElsewhere = port !== (ports[0] ?? null) || host !== address.host;
  return isElsewhere ? [...own, check] : own;
}

/** Other names that must resolve before HAProxy starts: of peers, of mail servers, of syslog servers. */
function namedPeers(config: WholeConfig): readonly ExpectedOrigin[] {
  const position: Readonly<Record<string, number>> = { peer: 2, mailer: 2, log: 1 };
  return config.statements.flatMap((statement) => {
    const word = statement.words[position[statement.words[0] ?? ''] ?? -1] ?? '';
    const address = readAddress(word);
    if (address.kind !== 'inet' || !/^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/i.test(address.host) || isLiteral(address.host)) return [];
    if (statement.words[0] === 'log' && /^(?:global|stdout|stderr|ring|localhost)$/.test(address.host)) return [];
    const port = address.ports?.[0] ?? (statement.words[0] === 'log' ? 514 : null);
    return [{ host: address.host, port, isUnix: false, tls: false, place: config.place(statement) }];
  });
}

const resolversOf = (config: WholeConfig): Surroundings['resolvers'] =>
  config.blocks
    .filter(({ kind }) => kind === 'resolvers')
    .flatMap(({ own }) => own.filter(({ words }) => words[0] === 'nameserver'))
    .flatMap((statement) =>
      readAddresses(statement.words[2] ?? '').flatMap((one) =>
        one.kind === 'inet' && !isEveryAddress(one.host)
          ? [{ address: one.host, port: one.ports?.[0] ?? 53, place: config.place(statement) }]
          : [],
      ),
    );

/** Of the process, and of sockets that it gives to somebody. */
function usersOf(config: WholeConfig): Surroundings['users'] {
  const named = (words: readonly string[], key: string): string | null => {
    const name = words.includes(key) ? words[words.indexOf(key) + 1] : undefined;
    return name === undefined || !/^[A-Za-z_][\w.-]{0,31}$/.test(name) ? null : name;
  };
  const own = globalsOf(config).filter(({ words }) => words[0] === 'user' || words[0] === 'group');
  const ofProcess = own.slice(0, 1).map((first) => ({
    user: named(
      own.flatMap(({ words }) => words),
      'user',
    ),
    group: named(
      own.flatMap(({ words }) => words),
      'group',
    ),
    place: config.place(first),
  }));
  const ofSockets = config.statements.flatMap((statement) => {
    const { words } = statement;
    if (words[0] !== 'bind' && words[0] !== 'unix-bind' && (words[0] !== 'stats' || words[1] !== 'socket')) return [];
    return [{ user: named(words, 'user'), group: named(words, 'group'), place: config.place(statement) }];
  });
  return [...ofProcess, ...ofSockets].filter(({ user, group }) => user !== null || group !== null);
}
