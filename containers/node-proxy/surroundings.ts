import type {
  ConfigPlace,
  ConfigTree,
  Entry,
  ExpectedFile,
  ExpectedListener,
  ExpectedOrigin,
  Surroundings,
} from '../../harness/model/surroundings.ts';
import { NO_SURROUNDINGS } from '../../harness/model/surroundings.ts';
import { looksLikeSocketPath } from '../socket-path.ts';
import { placeOf, readSource } from './config-lines.ts';
import { knownPackages, unknownPackages } from './packages.ts';
import { scriptFiles } from './script-files.ts';
import { readScriptValues, type Script } from './script-values.ts';

const MAX_FOUND = 100;
const MAX_PORT = 65_535;

/**
 * What a proxy program expects, by a search of its text: ports that it listens on, URLs and paths in strings, environment, files and packages.
 * What is computed, or stands in another file than the main one, is not seen. Pure; never throws.
 */
export function readSurroundings(tree: ConfigTree): Surroundings {
  const file = tree.files.get(tree.main);
  if (file === undefined) return NO_SURROUNDINGS;
  const source = readSource(file.text);
  const at = (offset: number): ConfigPlace => {
    const { line, column } = placeOf(source, offset);
    return { file: file.label, line, column };
  };
  const script: Script = { source, values: readScriptValues(source.code, tree.env), at };
  const listeners = listenersOf(script);
  return {
    ...NO_SURROUNDINGS,
    listeners,
    entries: entriesOf(script, listeners),
    origins: originsOf(script, listeners),
    files: [
      ...scriptFiles(script, tree),
      ...packagesIn(source.code, tree).map(({ folder, offset }): ExpectedFile => {
        const place = offset === null ? { file: file.label, line: 1, column: 1 } : at(offset);
        return { path: folder, kind: 'module', names: [], isOptional: true, place };
      }),
    ],
    variables: script.values.variables.map(({ name, fallback, offset }) => ({ name, fallback, place: at(offset) })),
    doubts: [
      ...unknownPackages(source.code, tree).map(({ name, offset }) => ({
        because: `the package \`${name}\` is neither in a package.json beside the script nor one that Hopscope has`,
        place: at(offset),
      })),
      ...(listeners.length === 0 ? [{ because: 'no port that the script listens on was found in its text', place: null }] : []),
    ],
  };
}

/** Of the main file with their offsets, then of what came with it. */
function packagesIn(code: string, tree: ConfigTree): readonly { readonly folder: string; readonly offset: number | null }[] {
  const own = knownPackages(code);
  const others = [...tree.files.values()]
    .filter(({ path }) => path !== tree.main && /\.[cm]?[jt]s$/.test(path))
    .flatMap(({ text }) => knownPackages(text))
    .filter(({ name }, index, all) => ![...own, ...all.slice(0, index)].some((one) => one.name === name));
  return [...own, ...others.map(({ folder }) => ({ folder, offset: null }))];
}

function listenersOf({ source: { code }, values, at }: Script): readonly ExpectedListener[] {
  const secure = new Set(
    [...code.matchAll(/\b(\w+)\s*=\s*(?:https\s*\.\s*createServer|(?:\w+\.)?createSecureServer)\s*\(/g)].map((match) => match[1]),
  );
  const isOnlySecure =
    /\bhttps\s*\.\s*createServer|createSecureServer|from\s*['"](?:node:)?https['"]/.test(code) &&
    !/['"](?:node:)?http['"]|\bhttp\s*\.\s*createServer/.test(code);
  const found: ExpectedListener[] = [];
  for (const match of code.matchAll(/(\w+|\))\s*\.\s*listen\s*\(\s*([^()]{0,200}(?:\([^()]*\)[^()]{0,100})?)/g)) {
    const [, server = '', args = ''] = match;
    const options = /^\{([^}]*)/.exec(args)?.[1];
    const [first = '', second = ''] = options === undefined ? split(args) : [property(options, 'port'), property(options, 'host')];
    const port = Number(values.valueOf(first) ?? Number.NaN);
    if (!Number.isInteger(port) || port < 1 || port > MAX_PORT || found.length >= MAX_FOUND) continue;
    const chained =
      server === ')' && /(https\s*\.\s*createServer|createSecureServer)/.test(code.slice(Math.max(0, match.index - 400), match.index));
    const address = addressOf(values.valueOf(second));
    if (!found.some((one) => one.port === port && one.address === address))
      found.push({ address, port, tls: isOnlySecure || chained || secure.has(server), wantsProxyHeader: false, place: at(match.index) });
  }
  return found;
}

const split = (args: string): readonly string[] => args.split(/,(?![^(]*\))/).map((part) => part.trim());
/** Of `port: 80, host` (the name itself is the value). */
const property = (options: string, name: string): string =>
  new RegExp(`\\b${name}\\b\\s*(?::\\s*([^,}]*))?`).exec(options)?.slice(0, 2).findLast(Boolean)?.trim() ?? '';

function addressOf(host: string | null): string | null {
  if (host === 'localhost') return '127.0.0.1';
  if (host === null || host === '0.0.0.0' || host === '::') return null;
  return /^[\d.]+$|^[\da-f:]+:[\da-f:]*$/i.test(host) ? host : null;
}

function originsOf({ source: { code }, values, at }: Script, listeners: readonly ExpectedListener[]): readonly ExpectedOrigin[] {
  const found: ExpectedOrigin[] = [];
  const isSelf = (host: string, port: number): boolean =>
    /^(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[?::1?\]?)$/.test(host) && listeners.some((one) => one.port === port);
  const add = (host: string, port: number, tls: boolean, offset: number): void => {
    if (isSelf(host, port) || found.length >= MAX_FOUND || found.some((one) => one.host === host && one.port === port)) return;
    found.push({ host: host.replace(/^\[|\]$/g, ''), port, isUnix: false, tls, place: at(offset) });
  };
  const addUrl = (text: string | null, offset: number): void => {
    const url = text === null || !/^(?:https?|wss?):\/\//.test(text) ? null : URL.parse(text);
    if (url === null || url.hostname === '' || url.hostname.includes('$')) return;
    const tls = url.protocol === 'https:' || url.protocol === 'wss:';
    add(url.hostname, url.port === '' ? (tls ? 443 : 80) : Number(url.port), tls, offset);
  };
  for (const match of code.matchAll(/(['"`])(?:https?|wss?):\/\/[^'"`\s]{1,300}\1/g)) addUrl(values.valueOf(match[0]), match.index);
  for (const { name, offset } of values.variables) addUrl(values.valueOf(`process.env.${name}`), offset);
  for (const match of code.matchAll(/\bhost(?:name)?\s*:\s*(['"][\w.-]{1,253}['"]|\w+)\s*,\s*port\s*:\s*([^,}\n]{1,100})/g)) {
    const host = values.valueOf(match[1] ?? '');
    const port = Number(values.valueOf(match[2] ?? '') ?? Number.NaN);
    if (host !== null && Number.isInteger(port) && port > 0 && port <= MAX_PORT) add(host, port, false, match.index);
  }
  for (const match of code.matchAll(/\bsocketPath\s*:\s*(['"]\/[^'"\n]{1,107}['"])/g))
    found.push({ host: values.valueOf(match[1] ?? '') ?? '', port: null, isUnix: true, tls: false, place: at(match.index) });
  return found;
}

function entriesOf({ source: { code }, at }: Script, listeners: readonly ExpectedListener[]): readonly Entry[] {
  const upgrade = /\.(?:on|once|addListener)\(\s*['"`]upgrade['"`]|\bws\s*:\s*true\b|\.ws\(|\bWebSocketServer\b/.exec(code);
  const kind = upgrade === null ? 'likely' : 'declared';
  const paths = [...code.matchAll(/(['"`])(\/[\w./-]{1,200})\1/g)].filter((match) => looksLikeSocketPath(match[2] ?? ''));
  const claims: readonly Pick<Entry, 'target' | 'kind' | 'because' | 'place'>[] = [
    ...paths.slice(0, MAX_FOUND).map((match) => {
      const target = match[2] ?? '/';
      return {
        target,
        kind: 'declared' as const,
        because: `\`${target}\` is a path that WebSockets have by habit`,
        place: at(match.index),
      };
    }),
    {
      target: '/',
      kind: paths.length === 0 ? kind : 'likely',
      because: upgrade === null ? 'the script listens on this port' : 'the script handles upgrades',
      place: upgrade === null ? null : at(upgrade.index),
    },
  ];
  return claims.flatMap((claim, index) =>
    claims.findIndex((one) => one.target === claim.target) < index
      ? []
      : listeners.map(({ address, port, tls }): Entry => ({ scheme: tls ? 'wss' : 'ws', host: 'localhost', port, address, ...claim })),
  );
}
