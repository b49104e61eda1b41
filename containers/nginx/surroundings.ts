import type { ConfigTree, Surroundings } from '../../harness/model/surroundings.ts';
import { authTargetsOf } from './auth-targets.ts';
import { expandTree } from './config-files.ts';
import type { Directive } from './config-tree.ts';
import { entriesOf } from './entries.ts';
import { filesOf } from './expected-files.ts';
import { originsOf, parseAddress } from './expected-origins.ts';
import { moduleDoubts } from './modules.ts';
import { everyPlaced, placeOf } from './placed.ts';
import { serversOf } from './server-choice.ts';

/** By a directive, or by it and its first argument. */
const DOUBTS: Readonly<Record<string, string>> = {
  ssl_session_ticket_key: '`ssl_session_ticket_key` wants a file of exactly 48 or 80 random bytes',
  'ssl_verify_client on': '`ssl_verify_client on` wants a certificate of the client',
};

/** What an nginx config expects of the world around it, over all its files. Pure; never throws. */
export function readSurroundings(tree: ConfigTree): Surroundings {
  const { main, absent } = expandTree(tree);
  return {
    listeners: listenersOf(main),
    entries: entriesOf(main),
    origins: originsOf(main),
    files: filesOf(main, absent, tree.main),
    resolvers: resolversOf(main),
    users: usersOf(main),
    variables: variablesOf(main),
    authTargets: authTargetsOf(main),
    doubts: [...moduleDoubts(main), ...otherDoubts(main)],
  };
}

function listenersOf(main: readonly Directive[]): Surroundings['listeners'] {
  const listeners = new Map<string, Surroundings['listeners'][number]>();
  for (const { listens } of serversOf(main)) {
    for (const { address, port, tls, wantsProxyHeader, unix, at } of listens) {
      const key = JSON.stringify([address, port]);
      const known = listeners.get(key);
      if (unix !== null) continue;
      // Options of one socket may stand in any of its servers.
      const isTls = tls || known?.tls === true;
      const wants = wantsProxyHeader || known?.wantsProxyHeader === true;
      listeners.set(key, { address, port, tls: isTls, wantsProxyHeader: wants, place: known?.place ?? placeOf(at) });
    }
  }
  return [...listeners.values()];
}

/** https://nginx.org/en/docs/http/ngx_http_core_module.html#resolver */
const resolversOf = (main: readonly Directive[]): Surroundings['resolvers'] =>
  everyPlaced(main)
    .filter(({ directive }) => directive.name === 'resolver')
    .flatMap(({ directive }) =>
      directive.args
        .filter((arg) => !arg.includes('=') && !arg.includes('$'))
        .flatMap((arg) => {
          const address = parseAddress(arg);
          return address === null ? [] : [{ address: address.host, port: address.port ?? 53, place: placeOf(directive) }];
        }),
    );

/** https://nginx.org/en/docs/ngx_core_module.html#user: a group that is not named is that of the user's name. */
const usersOf = (main: readonly Directive[]): Surroundings['users'] =>
  main
    .filter(({ name, args }) => name === 'user' && args.length > 0)
    .map((directive) => ({
      user: directive.args[0] ?? '',
      group: directive.args[1] ?? directive.args[0] ?? '',
      place: placeOf(directive),
    }));

/** https://nginx.org/en/docs/ngx_core_module.html#env: a variable with a value is made by nginx itself. */
const variablesOf = (main: readonly Directive[]): Surroundings['variables'] =>
  main
    .filter(({ name, args }) => name === 'env' && /^\w+$/.test(args[0] ?? ''))
    .map((directive) => ({ name: directive.args[0] ?? '', fallback: '', place: placeOf(directive) }));

/** What no world around the config makes up for. */
const otherDoubts = (main: readonly Directive[]): Surroundings['doubts'] =>
  everyPlaced(main).flatMap(({ directive }) => {
    const because = DOUBTS[[directive.name, directive.args[0]].join(' ')] ?? DOUBTS[directive.name];
    return because === undefined ? [] : [{ because, place: placeOf(directive) }];
  });
