import type { ProxyHost } from '../model/path.ts';
import { configFile, type SpecFolders, whyUnusable } from './config-file.ts';
import { isReservedName, NAME } from './names.ts';
import { quoted } from './problem.ts';
import { type SpecItem, SpecMap, type TextRule } from './spec-map.ts';
import type { SpecDocument } from './spec-document.ts';

export const PROXY_KEYS = ['service', 'config', 'name', 'port', 'version', 'binary', 'openFiles'] as const;

const FILE: TextRule = { max: 1024 };
export const VERSION: TextRule = { numberToo: true, pattern: /^\d+(?:\.[0-9A-Za-z-]+)*$/, shape: "a version such as '2.6' or '2.6.12'" };

export interface ProxyContext {
  readonly services: readonly string[];
  readonly folders: SpecFolders;
  /** Name of the host when the spec gives none. */
  readonly defaultName: string;
  readonly defaultPort: number;
  /** Keys that somebody else reads. */
  readonly moreKeys: readonly string[];
}

export function readProxy(document: SpecDocument, item: SpecItem, context: ProxyContext): ProxyHost {
  const map = new SpecMap(document, item, [...PROXY_KEYS, ...context.moreKeys]);
  const service = map.choice('service', context.services, true) ?? '';
  const config = readFile(map, 'config', context.folders);
  const binary = readFile(map, 'binary', context.folders);
  const openFiles = map.number('openFiles', { min: 16, max: 65_536, whole: true });
  return {
    name: hostName(map, context.defaultName),
    service,
    config: config?.path ?? '',
    configLabel: config?.label ?? '',
    port: map.number('port', { min: 1, max: 65535, whole: true }) ?? context.defaultPort,
    version: map.text('version', VERSION),
    binary: binary?.path ?? null,
    ...(openFiles === null ? {} : { openFiles }),
  };
}

function hostName(map: SpecMap, defaultName: string): string {
  const name = map.text('name', NAME) ?? defaultName;
  if (name.length > 40)
    map.report(
      'SPEC_ERR_WRONG_TYPE',
      `expected ${map.name} to have a 'name' because the one made from its path is longer than 40 characters, got none`,
    );
  if (isReservedName(name))
    map.report('SPEC_ERR_DUPLICATE', `expected a host to have a name of its own, got ${quoted(name)}, which every run has already`, 'name');
  return name;
}

function readFile(map: SpecMap, key: 'config' | 'binary', folders: SpecFolders): ReturnType<typeof configFile> {
  const written = map.text(key, key === 'config' ? { ...FILE, required: true } : FILE);
  if (written === null) return null;
  const file = configFile(written, folders);
  if (file === null) {
    map.report('SPEC_ERR_CONFIG_MISSING', `expected ${map.name}.${key} to be builtin:<service>/<file>, got ${quoted(written)}`, key);
    return null;
  }
  const problem = whyUnusable(file.path, key === 'config' ? 'read' : 'execute');
  if (problem !== null) {
    const looked = file.label === written ? '' : ` (looked for ${file.label})`;
    map.report(
      'SPEC_ERR_CONFIG_MISSING',
      `expected a ${key === 'config' ? 'config file' : 'program'} at ${quoted(written)}${looked}, got ${problem}`,
      key,
    );
  }
  return file;
}
