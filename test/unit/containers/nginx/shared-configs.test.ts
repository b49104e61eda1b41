import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseTree } from '../../../../containers/nginx/config-files.ts';
import { socketKey } from '../../../../containers/nginx/listen.ts';
import { locationFor, locationsOf } from '../../../../containers/nginx/location-choice.ts';
import { serverFor, serversOf } from '../../../../containers/nginx/server-choice.ts';
import { readSurroundings } from '../../../../containers/nginx/surroundings.ts';
import { readTree } from '../../../../containers/nginx/tree-lines.ts';
import type { ConfigFile, ConfigTree } from '../../../../harness/model/surroundings.ts';

const FOLDER = resolve(import.meta.dirname, '../../../../../shared/configs');
const WRAPPER =
  'user www-data;\nevents {}\nhttp {\n  include mime.types;\n  include conf.d/*.conf;\n  include sites-enabled/*;\n  include vhosts.d/*.conf;\n}\n';

interface Wanted {
  readonly scheme: string;
  readonly port: number;
  readonly host: string;
  readonly path: string;
}

interface Meta {
  readonly kind: string;
  readonly files: readonly { readonly local: string; readonly install: string }[];
  readonly start: { readonly main: string };
  readonly websocket_entry: Wanted;
  readonly extra_entries: readonly Wanted[];
  readonly listeners: readonly { readonly port: number; readonly tls: boolean }[];
  readonly backends: readonly { readonly addr: string; readonly port: number }[];
  readonly referenced_files: readonly { readonly path: string; readonly in_case: boolean }[];
  readonly idle_limit: { readonly seconds: number };
}

const metaOf = (id: string): Meta => JSON.parse(readFileSync(join(FOLDER, id, 'meta.json'), 'utf8')) as Meta;
const ids = existsSync(FOLDER)
  ? readdirSync(FOLDER).filter((id) => existsSync(join(FOLDER, id, 'meta.json')) && metaOf(id).kind === 'nginx')
  : [];
/** Where the folder is not there the tests are skipped by this name. */
const named = ids.length > 0 ? ids : ['no shared configs'];

function treeOf(id: string, { files, start }: Meta): ConfigTree {
  const given = files.map(
    ({ local, install }): ConfigFile => ({ path: install, label: install, text: readFileSync(join(FOLDER, id, local), 'utf8') }),
  );
  const wrapper: ConfigFile = { path: start.main, label: 'wrapper', text: WRAPPER, isWrapper: true };
  const all = given.some(({ path }) => path === start.main) ? given : [wrapper, ...given];
  return { main: start.main, files: new Map(all.map((file) => [file.path, file])), workingFolder: '/', env: {} };
}

/** The place of the location that a URL reaches. */
function reached(tree: ConfigTree, { port, host, target }: { readonly port: number; readonly host: string; readonly target: string }) {
  const servers = serversOf(parseTree(tree));
  const listen = servers.flatMap(({ listens }) => listens).find((one) => one.port === port && !one.isIpv6);
  const server = listen === undefined ? null : serverFor(servers, socketKey(listen), host);
  if (server === null) return null;
  const at = (locationFor(locationsOf(server.blocks), target.split('?')[0] ?? '')?.blocks ?? server.blocks).at(-1);
  return `${at?.file?.path}:${at?.line}`;
}

// Real configs of others, which are no part of the project.
describe('real nginx configs', () => {
  it.skipIf(!existsSync(FOLDER)).each(named)('%s: its WebSocket entries are found, by the same location', (id) => {
    const meta = metaOf(id);
    const tree = treeOf(id, meta);
    const { entries } = readSurroundings(tree);
    for (const wanted of [meta.websocket_entry, ...meta.extra_entries]) {
      const place = reached(tree, { ...wanted, target: wanted.path });
      const found = entries.filter(
        (entry) => entry.scheme === wanted.scheme && entry.port === wanted.port && reached(tree, entry) === place,
      );
      expect(found).not.toEqual([]);
      expect(found[0]?.kind).toBe('declared');
    }
  });

  it.skipIf(!existsSync(FOLDER)).each(named)('%s: listeners, origins and files are those that it was run with', (id) => {
    const meta = metaOf(id);
    const found = readSurroundings(treeOf(id, meta));
    const ports = (all: readonly { readonly port: number; readonly tls: boolean }[]) =>
      [...new Set(all.map(({ port, tls }) => `${port} ${tls}`))].toSorted();
    expect(ports(found.listeners)).toEqual(ports(meta.listeners));
    const addresses = (all: readonly string[]) => [...new Set(all)].toSorted();
    expect(addresses(found.origins.map(({ host, port }) => `${host} ${port}`))).toEqual(
      addresses(meta.backends.map(({ addr, port }) => `${addr} ${port}`)),
    );
    const absent = meta.referenced_files.filter((file) => !file.in_case).map(({ path }) => path);
    expect(found.files.map(({ path }) => path)).toEqual(expect.arrayContaining(absent));
    expect(found.doubts).toEqual([]);
  });

  it.skipIf(!existsSync(FOLDER)).each(named)('%s: the line that cuts an idle tunnel is the one that was seen to', (id) => {
    const meta = metaOf(id);
    const tree = treeOf(id, meta);
    const limits = readTree(tree).filter(({ symptom }) => symptom === 'cuts-idle');
    const [path] = meta.websocket_entry.path.split('?');
    const matching = limits.filter(({ scope }) => scope?.pathPrefix === undefined || path?.startsWith(scope.pathPrefix));
    expect(matching.map(({ limitMs }) => limitMs)).toContain(meta.idle_limit.seconds * 1000);
    expect(readTree(tree).every(({ file }) => file !== 'wrapper')).toBe(true);
  });
});
