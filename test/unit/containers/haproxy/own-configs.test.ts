import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bindsOf } from '../../../../containers/haproxy/binds.ts';
import { isFront } from '../../../../containers/haproxy/config-sections.ts';
import { reaches, rulesIn } from '../../../../containers/haproxy/front-routes.ts';
import { readTree } from '../../../../containers/haproxy/read-tree.ts';
import { readSurroundings } from '../../../../containers/haproxy/surroundings.ts';
import { readWhole, type WholeConfig } from '../../../../containers/haproxy/whole-config.ts';
import type { ConfigTree } from '../../../../harness/model/surroundings.ts';

const FOLDER = join(import.meta.dirname, '../../../../../shared/configs');
const names = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.includes('-haproxy-')) : ['(the real configs are not here)'];

interface MetaEntry {
  readonly scheme: string;
  readonly port: number;
  readonly host: string;
  readonly path: string;
}
interface Meta {
  readonly files: readonly { readonly local: string; readonly install: string }[];
  readonly start: { readonly main: string };
  readonly websocket_entry: MetaEntry;
  readonly extra_entries: readonly MetaEntry[];
  readonly listeners: readonly { readonly port: number; readonly tls: boolean }[];
  readonly backends: readonly { readonly addr: string; readonly port: number }[];
  readonly referenced_files: readonly { readonly path: string }[];
}

function load(name: string): { readonly meta: Meta; readonly tree: ConfigTree } {
  const meta = JSON.parse(readFileSync(join(FOLDER, name, 'meta.json'), 'utf8')) as Meta;
  const files = meta.files.map(({ local, install }) => ({
    path: install,
    text: readFileSync(join(FOLDER, name, local), 'utf8'),
    label: install,
  }));
  return { meta, tree: { main: meta.start.main, files: new Map(files.map((file) => [file.path, file])), workingFolder: '/', env: {} } };
}

/** The rules that requests take, as the line of the one that decides. */
function routeOf(config: WholeConfig, { scheme, port, host, path }: MetaEntry): string {
  const tls = scheme === 'wss';
  const front = config.sections.find((one) => isFront(one) && bindsOf(one).some((bind) => bind.port === port && bind.tls === tls));
  if (front === undefined) return 'no front section';
  const rules = rulesIn(config)(front);
  const route = rules.routes.find((one) => reaches(rules, one, { host, target: path, port, tls }) === true);
  return `${scheme} ${port} ${route?.statement.line ?? 'no rule'}`;
}

describe.skipIf(!existsSync(FOLDER))('a real config of others (skipped where they are not beside the repository)', () => {
  it.each(names)('%s has the entries that were used with it', (name) => {
    const { meta, tree } = load(name);
    const config = readWhole(tree);
    const found = readSurroundings(tree).entries.filter(({ kind }) => kind !== 'plain');
    const routes = found.map(({ target, ...rest }) => routeOf(config, { ...rest, path: target }));
    const wanted = [meta.websocket_entry, ...meta.extra_entries].map((entry) => routeOf(config, entry));
    expect(routes).toEqual(expect.arrayContaining(wanted));
    expect(routes[0]).toBe(wanted[0]);
  });

  it.each(names)('%s has the listeners, origins and files that were made for it', (name) => {
    const { meta, tree } = load(name);
    const { listeners, origins, files } = readSurroundings(tree);
    expect(listeners.map(({ port, tls }) => `${port} ${tls}`).toSorted()).toEqual(
      meta.listeners.map(({ port, tls }) => `${port} ${tls}`).toSorted(),
    );
    expect(origins.map(({ host, port }) => `${host}:${port ?? 80}`)).toEqual(
      expect.arrayContaining(meta.backends.map(({ addr, port }) => `${addr}:${port}`)),
    );
    expect(files.map(({ path }) => path)).toEqual(expect.arrayContaining(meta.referenced_files.map(({ path }) => path)));
  });

  it.each(names)('%s has lines that matter, with the name of its file', (name) => {
    const { tree } = load(name);
    const lines = readTree(tree);
    expect(lines.some(({ symptom }) => symptom === 'cuts-idle')).toBe(true);
    expect(new Set(lines.map(({ file }) => file))).toEqual(new Set([tree.main]));
  });
});
