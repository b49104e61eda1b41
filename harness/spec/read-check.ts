import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { configFile, type SpecFolders } from './config-file.ts';
import { NAME } from './names.ts';
import { quoted } from './problem.ts';
import { VERSION } from './read-proxy.ts';
import type { CheckedConfig } from './spec.ts';
import type { SpecDocument } from './spec-document.ts';
import { type SpecItem, SpecMap, textOf, type TextRule } from './spec-map.ts';

export const CHECK_KEYS = ['config', 'id', 'as', 'version', 'at', 'root', 'provide', 'env', 'urls', 'render'] as const;
export const MAX_CHECKS = 50;
export const MAX_PROVIDED = 100;
export const MAX_URLS = 12;

const MAX_VARIABLES = 200;
const FILE: TextRule = { max: 1024 };
const INSTALLED: TextRule = { ...FILE, pattern: /^\//, shape: "an absolute path such as '/etc/haproxy/haproxy.cfg'" };
const URL_RULE: TextRule = {
  pattern: /^(?:wss?|https?):\/\/[\x21-\x7e]+$/,
  shape: "a URL such as 'wss://chat.example.com/socket'",
  max: 2000,
};
const VALUE: TextRule = { max: 10_000, numberToo: true };
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;

interface CheckContext {
  readonly services: readonly string[];
  readonly folders: SpecFolders;
}

/** A user's own config, to be run as it is. Relative paths start at the spec. */
export function readCheck(document: SpecDocument, item: SpecItem, { services, folders }: CheckContext): CheckedConfig {
  const map = new SpecMap(document, item, CHECK_KEYS);
  const config = map.text('config', { ...FILE, required: true });
  const file = config === null ? null : checkedFile(map, config, folders);
  const root = map.text('root', FILE);
  const texts = (key: 'provide' | 'urls', most: number, rule: TextRule): readonly string[] =>
    map.list(key, most).flatMap((one) => textOf(document, one, rule) ?? []);
  return {
    id: map.text('id', NAME),
    config: file?.path ?? '',
    label: file?.label ?? '',
    as: map.has('as') ? map.choice('as', services) : null,
    version: map.text('version', VERSION),
    at: map.text('at', INSTALLED),
    root: root === null ? null : resolve(folders.spec, root),
    provide: texts('provide', MAX_PROVIDED, FILE).map((written) => `${resolve(folders.spec, written)}${written.endsWith('/') ? '/' : ''}`),
    env: readVariables(map),
    urls: texts('urls', MAX_URLS, URL_RULE),
    render: map.text('render', FILE),
  };
}

/** A file, or a folder of files. */
function checkedFile(map: SpecMap, written: string, folders: SpecFolders): ReturnType<typeof configFile> {
  const file = configFile(written, folders);
  if (file === null) {
    map.report('SPEC_ERR_CONFIG_MISSING', `expected ${map.name}.config to be builtin:<service>/<file>, got ${quoted(written)}`, 'config');
    return null;
  }
  const found = statSync(file.path, { throwIfNoEntry: false });
  if (found?.isFile() === true || found?.isDirectory() === true) return file;
  const looked = file.label === written ? '' : ` (looked for ${file.label})`;
  const seen = found === undefined ? 'no such file' : 'something that is neither';
  map.report(
    'SPEC_ERR_CONFIG_MISSING',
    `expected a config file, or a folder of them, at ${quoted(written)}${looked}, got ${seen}`,
    'config',
  );
  return file;
}

function readVariables(map: SpecMap): Readonly<Record<string, string>> {
  const variables = map.map('env', null);
  if (variables.keys.length > MAX_VARIABLES)
    map.report(
      'SPEC_ERR_WRONG_TYPE',
      `expected ${variables.name} to have at most ${MAX_VARIABLES} variables, got ${variables.keys.length}`,
      'env',
    );
  const read = variables.keys.slice(0, MAX_VARIABLES).map((name) => {
    if (!VARIABLE.test(name))
      variables.reportKey('SPEC_ERR_WRONG_TYPE', `expected ${variables.name} to have names of variables, got ${quoted(name)}`, name);
    return [name, variables.text(name, VALUE) ?? ''] as const;
  });
  return Object.fromEntries(read);
}

/** Reports ids that two checked configs have. */
export function checkIds(document: SpecDocument, checks: readonly CheckedConfig[], items: readonly SpecItem[]): void {
  for (const [index, { id }] of checks.entries()) {
    const first = checks.findIndex((one) => one.id === id);
    if (id !== null && first < index)
      document.report(
        'SPEC_ERR_DUPLICATE',
        `expected the id of each checked config to be unique, got ${quoted(id)} again (the first is ${items[first]?.name ?? ''})`,
        items[index]?.node ?? null,
      );
  }
}
