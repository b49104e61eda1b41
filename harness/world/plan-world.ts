import type { ExpectedFile, ExpectedFileKind, Surroundings } from '../model/surroundings.ts';
import type { Subject } from '../model/subject.ts';
import type { Provision, World } from '../model/world.ts';
import { CertificateMaker, keyKindFor, NO_CERTIFICATES } from './certificate-maker.ts';
import { isLoopback, originNames } from './origin-names.ts';
import { packageEnvironment } from './package-environment.ts';
import { AUTHORIZATION } from './password-user.ts';
import { planFiles } from './plan-files.ts';
import { ranked } from './ranked.ts';

export interface PlannedWorld {
  readonly world: World;
  /** The stub diff: everything that was given, made, stubbed or could not be, each once, what matters most first. */
  readonly provisions: readonly Provision[];
}

const TLS_KINDS: ReadonlySet<ExpectedFileKind> = new Set([
  'certificate',
  'key',
  'bundle',
  'certificate-folder',
  'certificate-list',
  'authority',
  'revocation-list',
]);

/**
 * Plans everything that a config's host is given, so that it starts as it would in production. `extra` are files that the program itself
 * said were missing. Pass the same `certificates` for all candidates of one config. Throws LAB_ERR_MISSING_TOOL, LAB_ERR_COMMAND_FAILED.
 */
export async function planWorld(
  subject: Subject,
  surroundings: Surroundings,
  extra: readonly ExpectedFile[] = [],
  certificates: CertificateMaker = new CertificateMaker(),
): Promise<PlannedWorld> {
  const { tree, service } = subject;
  const expected = [...surroundings.files, ...extra];
  const served = [
    ...expected.flatMap(({ names }) => names),
    ...surroundings.entries.map(({ host }) => host),
    ...surroundings.origins.map(({ host }) => host),
  ];
  const texts = [...tree.files.values()].map(({ text }) => text);
  const speaksTls = surroundings.origins.some((origin) => origin.tls);
  const needsTls = speaksTls || expected.some(({ kind }) => TLS_KINDS.has(kind));
  const tls = needsTls ? await certificates.make(served, keyKindFor(texts)) : NO_CERTIFICATES;
  const origins = originNames(surroundings);
  const variables = planVariables(subject, surroundings);
  const files = await planFiles(subject, expected, tls, [...packageEnvironment(service).folders, ...origins.unixOrigins.map(folderOf)]);
  // What our own main config asks for is nobody's concern.
  const wrappers = new Set([...tree.files.values()].flatMap(({ isWrapper, label }) => (isWrapper === true ? [label] : [])));
  const addresses = [
    ...new Set(
      surroundings.listeners.flatMap(({ address }) => (address === null || isAny(address) || isLoopback(address) ? [] : [address])),
    ),
  ];
  return {
    world: {
      main: tree.main,
      workingFolder: tree.workingFolder,
      env: variables.env,
      files: files.files,
      users: usersOf(surroundings),
      addresses,
      ownPorts: [...new Set(surroundings.listeners.map(({ port }) => port))].toSorted((a, b) => a - b),
      names: origins.names,
      unixOrigins: origins.unixOrigins,
      authTargets: [...new Set(surroundings.authTargets)],
      ...(expected.some(({ kind }) => kind === 'password-file') ? { authorization: AUTHORIZATION } : {}),
      ...(speaksTls ? { originTls: { certificate: tls.chain, key: tls.key } } : {}),
    },
    provisions: ranked([
      ...subject.provisions,
      ...[...origins.provisions, ...files.provisions, ...variables.provisions, ...otherProvisions(surroundings, addresses)].filter(
        ({ place }) => place === null || !wrappers.has(place.file),
      ),
    ]),
  };
}

const folderOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf('/')));
const isAny = (address: string): boolean => address === '*' || address === '0.0.0.0' || address === '::' || address === '[::]';

/** A user without a group has one of its own name, and a group alone gets a user. */
function usersOf({ users }: Surroundings): World['users'] {
  const found = new Map<string, World['users'][number]>();
  for (const { user, group } of users) {
    const name = user ?? group;
    if (name === null || (name === 'root' && (group ?? 'root') === 'root')) continue;
    found.set(`${name} ${group ?? name}`, { user: name, group: group ?? name });
  }
  return [...found.values()];
}

/** Ports that a script is told to listen on, where nobody says which. */
const LISTEN_PORT = /^(?:HTTP_|LISTEN_|PROXY_)?PORT$/;

function planVariables(
  { tree, service }: Subject,
  { variables }: Surroundings,
): { readonly env: World['env']; readonly provisions: readonly Provision[] } {
  const usual = packageEnvironment(service);
  const env: Record<string, string> = { ...tree.env };
  const provisions: Provision[] = [];
  for (const { name, fallback, place } of variables) {
    const say = (how: Provision['how'], because: string): number => provisions.push({ how, what: 'variable', name, because, place });
    if (Object.hasOwn(tree.env, name)) {
      if (usual.env[name] === tree.env[name]) say('made', `as ${usual.source} sets it`);
      else say('given', `--env sets it`);
    } else if (fallback === null && service === 'node-proxy' && LISTEN_PORT.test(name)) {
      env[name] = '8080';
      say('stubbed', '8080: nobody says which port');
    } else if (fallback === null) say('missing', `not set, so it is empty: set it with --env ${name}=VALUE`);
  }
  return { env, provisions };
}

function otherProvisions(surroundings: Surroundings, addresses: readonly string[]): readonly Provision[] {
  const { users, resolvers, listeners, doubts } = surroundings;
  return [
    ...users.flatMap(({ user, group, place }): Provision[] => {
      const name = [user, group].filter((part) => part !== null).join(':');
      return name === '' || user === 'root' ? [] : [{ how: 'made', what: 'user', name, because: 'the host has it', place }];
    }),
    ...resolvers.map(({ address, port, place }): Provision => {
      const name = `${address}${port === 53 ? '' : `:${String(port)}`}`;
      return { how: 'made', what: 'resolver', name, because: 'the lab answers its questions', place };
    }),
    ...addresses.map((address): Provision => {
      const place = listeners.find((listener) => listener.address === address)?.place ?? null;
      return { how: 'made', what: 'address', name: address, because: 'the host has it', place };
    }),
    ...doubts.map(
      ({ because, place }): Provision => ({ how: 'missing', what: 'config', name: place === null ? 'config' : place.file, because, place }),
    ),
  ];
}
