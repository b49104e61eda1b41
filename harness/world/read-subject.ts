import { basename, posix, resolve } from 'node:path';
import { HarnessError } from '../errors.ts';
import type { ConfigFile, ConfigTree } from '../model/surroundings.ts';
import type { Subject } from '../model/subject.ts';
import type { Provision, WorldFile } from '../model/world.ts';
import { findTemplate } from './find-template.ts';
import { worldMode } from './gather-files.ts';
import { given, givenFolder, type GivenFiles, installedFolder, packageFolder, providedFiles, withoutFiles } from './given-files.ts';
import { installPath } from './install-path.ts';
import { type NamedConfig, namedConfigs } from './named-files.ts';
import { packageEnvironment } from './package-environment.ts';
import { renderConfig } from './render-config.ts';
import type { SubjectRequest } from './subject-request.ts';
import { wrappingOf } from './wrappers.ts';

/** Where the packages of a Node script are put. */
const APP_FOLDER = '/srv/app';

/** Of several whole configs the one that is called as the package calls it, or that listens, is the main one. */
const MAIN_FILE = /(?:^|\/)(?:haproxy\.cfg|nginx\.conf|Caddyfile|apache2\.conf|httpd\.conf)$/;
const LISTENS = /^[ \t]*(?:frontend|listen)\b/m;

interface Installed extends NamedConfig {
  readonly at: string;
}

/**
 * Reads a user's own config: which program it is for, where it stands in production, what is given with it. Throws CONFIG_ERR_NOT_FOUND,
 * CONFIG_ERR_UNREADABLE (no text, a template, unknown), SPEC_ERR_UNKNOWN_NAME, USAGE_ERR_BAD_FLAG.
 */
export async function readSubject(request: SubjectRequest): Promise<Subject> {
  const named = await Promise.all((await namedConfigs(request)).map(async (config) => await rendered(request, config)));
  const service = named[0]?.service ?? '';
  const installed = await Promise.all(named.map(async (config) => await install(request, config, named.length > 1)));
  const gathered = await gather(request, service, installed);
  const own = installed.map(({ at, path, text, label, mode }) => ({
    copy: { kind: 'copy', path: at, from: path, mode: worldMode(mode) } satisfies WorldFile,
    file: { path: at, text, label } satisfies ConfigFile,
  }));
  const byPath = new Map<string, ConfigFile>();
  for (const file of [...gathered.texts, ...own.map((one) => one.file)]) byPath.set(file.path, file);
  const { main, files, provisions } = aroundFragments(service, installed, byPath);
  if (request.render === null) refuseTemplates(installed, files);
  const label = request.written.join(' ').slice(0, 200);
  const tree: ConfigTree = {
    main,
    files,
    workingFolder: workingFolderOf(service, main),
    env: { ...packageEnvironment(service).env, ...request.env },
  };
  return {
    id: idOf(label),
    label,
    service,
    version: request.version,
    tree,
    // The files that the user named come first.
    given: [...own.map((one) => one.copy), ...gathered.files],
    urls: request.urls,
    provisions: [
      ...installed.map(({ at, label: shown }) =>
        given('config', at, request.render === null ? `a copy of ${shown}` : `what --render made of ${shown}`),
      ),
      ...gathered.provisions,
      ...provisions,
    ],
  };
}

async function rendered(request: SubjectRequest, config: NamedConfig): Promise<NamedConfig> {
  if (request.render === null) return config;
  const folder = posix.dirname(config.path);
  return { ...config, text: await renderConfig(request.render, folder, config.text, config.label) };
}

async function install(request: SubjectRequest, config: NamedConfig, isOneOfSeveral: boolean): Promise<Installed> {
  const root = request.root === null ? null : resolve(request.workingFolder, request.root);
  if (config.service !== 'node-proxy' || request.at !== null || root !== null)
    return { ...config, at: installPath(config, { at: request.at, root, isOneOfSeveral }) };
  const folder = await packageFolder(config.path);
  return { ...config, folder, at: posix.join(APP_FOLDER, config.path.slice(folder.length + 1)) };
}

/** The folders of the named files, `--root` and `--provide`, each once; what comes later wins. */
async function gather(request: SubjectRequest, service: string, installed: readonly Installed[]): Promise<GivenFiles> {
  const folders = new Map<string, string>();
  if (request.root !== null) folders.set(resolve(request.workingFolder, request.root), '/');
  for (const { folder, path, at } of installed) {
    const to = installedFolder(folder, path, at);
    const [from, where] = to === null ? [posix.dirname(path), posix.dirname(at)] : [folder, to];
    if (!folders.has(from)) folders.set(from, where);
  }
  const parts: GivenFiles[] = [];
  const own = new Set(installed.map(({ at }) => at));
  for (const [from, to] of folders) parts.push(withoutFiles(await givenFolder(request, service, from, to), own));
  for (const written of request.provide) parts.push(await providedFiles(request, service, written));
  const files = new Map(parts.flatMap((part) => part.files.map((file) => [file.path, file] as const)));
  for (const path of own) files.delete(path);
  return {
    files: [...files.values()],
    texts: parts.flatMap(({ texts }) => texts),
    provisions: parts.flatMap(({ provisions }) => provisions),
  };
}

interface WithMain {
  readonly main: string;
  readonly files: ReadonlyMap<string, ConfigFile>;
  readonly provisions: readonly Provision[];
}

/** Chooses the file that the program is started with; around fragments without one a main config of ours is made. */
function aroundFragments(service: string, installed: readonly Installed[], files: ReadonlyMap<string, ConfigFile>): WithMain {
  const wrapping = wrappingOf(service);
  const whole = wrapping === null ? installed : installed.filter(({ text }) => wrapping.isWhole(text));
  const main = whole.find(({ path }) => MAIN_FILE.test(path)) ?? whole.find(({ text }) => LISTENS.test(text)) ?? whole[0];
  const others = whole.filter((one) => one !== main);
  const because = `the program is started with ${main?.label ?? ''} alone; if it is started with several files, join them: --render 'cat ...'`;
  const unread = others.map(({ label }): Provision => ({ how: 'missing', what: 'config', name: label, because, place: null }));
  if (main !== undefined) return { main: main.at, files, provisions: unread };
  if (wrapping === null) throw new HarnessError('CONFIG_ERR_NOT_FOUND', 'expected a config file, got none');
  if (files.has(wrapping.main) && !installed.some(({ at }) => at === wrapping.main)) return { main: wrapping.main, files, provisions: [] };
  const taken = installed.some(({ at }) => at === wrapping.main);
  const path = taken ? posix.join(posix.dirname(wrapping.main), 'hopscope-main.conf') : wrapping.main;
  const { text, stubs } = wrapping.wrap(installed.map(({ at, text: fragment }) => ({ path: at, text: fragment })));
  const wrapper: ConfigFile = { path, text, label: `${basename(path)} (made by Hopscope)`, isWrapper: true };
  const count = installed.length === 1 ? 'the file' : `the ${String(installed.length)} files`;
  return {
    main: path,
    files: new Map([...files, [path, wrapper]]),
    provisions: [
      {
        how: 'made',
        what: 'wrapper',
        name: path,
        because: `a main config around ${count}, which ${installed.length === 1 ? 'is' : 'are'} no whole config`,
        place: null,
      },
      ...stubs.map(({ name, because }): Provision => ({ how: 'stubbed', what: 'wrapper', name, because, place: null })),
    ],
  };
}

function refuseTemplates(installed: readonly Installed[], files: ReadonlyMap<string, ConfigFile>): void {
  const around = [...files.values()].map(({ text }) => text).join('\n');
  for (const { service, text, label } of installed) {
    const sign = findTemplate(service, text, around);
    if (sign === null) continue;
    throw new HarnessError(
      'CONFIG_ERR_UNREADABLE',
      `expected a config, got a template (${sign.kind}: \`${sign.seen}\`): give --render 'CMD', a command that has it on stdin and prints it rendered`,
      { place: { file: label, line: sign.line, column: sign.column } },
    );
  }
}

const workingFolderOf = (service: string, main: string): string =>
  service !== 'node-proxy' ? '/' : main.startsWith(`${APP_FOLDER}/`) ? APP_FOLDER : posix.dirname(main);

/** Letters, digits, `.`, `_` and `-` of a label. */
const idOf = (label: string): string =>
  label
    .replace(/^[./]+/, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(-60) || 'config';
