import { dirname } from 'node:path';
import { HarnessError } from '../errors.ts';
import { limitsOfMode } from '../measure/limits-of-mode.ts';
import { entryUrl, isOwed } from '../model/entry.ts';
import type { ProxyService } from '../model/service.ts';
import type { Subject } from '../model/subject.ts';
import type { Entry } from '../model/surroundings.ts';
import { linesOfTree } from '../run/tree-lines.ts';
import { entriesOf } from '../world/entries.ts';
import { readSubject } from '../world/read-subject.ts';
import { servicesByName } from './drive-subjects.ts';
import { type ConfigCandidate, findConfigs, isDisabled, isSiteFolder } from './find-configs.ts';
import { surroundingsOf } from './stand-up.ts';

/** A config of a repository that can be checked as it is. */
export interface FoundConfig {
  /** The file, or the folder of sites, below the folder that was searched. */
  readonly config: string;
  /** Unique among those that were found: `prod-haproxy`. */
  readonly id: string;
  readonly service: string;
  readonly entries: readonly FoundEntry[];
  /** Lowest idle limit at an entry for WebSockets, in milliseconds; null: none is set. */
  readonly idleMs: number | null;
  /** Sockets live through a reload, as far as the config says. */
  readonly reloads: boolean;
}

interface FoundEntry {
  readonly url: string;
  readonly kind: Entry['kind'];
  /** A WebSocket is expected here. */
  readonly isOwed: boolean;
}

/** What looks like a config, and cannot be checked without more. */
export interface UnusedConfig {
  readonly file: string;
  readonly service: string;
  /** What it is made by, where it is a template: `Jinja`. */
  readonly template: string | null;
  readonly because: string;
}

export interface ConfigSurvey {
  readonly configs: readonly FoundConfig[];
  readonly unused: readonly UnusedConfig[];
  /** The folder has more files than were looked at, or more configs than were read. */
  readonly isCut: boolean;
}

/** Each is read with everything in its folder. */
const MAX_READ = 120;
/** More would make a run of many minutes. */
const MAX_CONFIGS = 20;
/** Programs whose old processes keep their sockets when the config is read anew. */
const KEEPING: ReadonlySet<string> = new Set(['haproxy', 'nginx']);

interface Tried {
  readonly subject: Subject;
  readonly service: ProxyService;
  readonly entries: readonly Entry[];
  /** Labels of the files that its listeners and entries are in. */
  readonly files: ReadonlySet<string>;
}

/** Finds the configs of a repository that a run can stand up, as far as can be said without running anything. */
export async function surveyConfigs(folder: string): Promise<ConfigSurvey> {
  const { found, isCut } = findConfigs(folder);
  const unused: UnusedConfig[] = found.flatMap(({ path, service, template }) =>
    template === null
      ? []
      : [
          {
            file: path,
            service,
            template,
            because: template === 'by its name' ? 'it is called a template' : `it is a template (${template})`,
          },
        ],
  );
  const ready = found.filter(({ template }) => template === null);
  const configs: FoundConfig[] = [];
  const covered = new Set<string>();
  const tryOne = async (config: string, service: string): Promise<void> => {
    const tried = await triedConfig(folder, config, service);
    if (typeof tried === 'string') unused.push({ file: config, service, template: null, because: tried });
    else if (tried.entries.length > 0) {
      for (const file of tried.files) covered.add(file);
      configs.push(foundConfig(config, tried, configs));
    }
  };
  const wholes = ready.filter(({ isWhole }) => isWhole).slice(0, MAX_READ);
  for (const { path, service } of wholes) if (!covered.has(path)) await tryOne(path, service);
  // What a main config includes is checked with it.
  const sites = ready.filter((one) => !one.isWhole && !covered.has(one.path) && !isDisabled(one, ready)).slice(0, MAX_READ);
  for (const { config, service } of siteConfigs(sites, ready)) await tryOne(config, service);
  return {
    configs: configs.slice(0, MAX_CONFIGS),
    unused,
    isCut: isCut || wholes.length === MAX_READ || sites.length === MAX_READ || configs.length > MAX_CONFIGS,
  };
}

/** A folder of sites is one config; where files of several programs are in it, or a main config, they are taken one by one. */
function siteConfigs(
  sites: readonly ConfigCandidate[],
  all: readonly ConfigCandidate[],
): readonly Pick<FoundConfig, 'config' | 'service'>[] {
  const configs = new Map<string, string>();
  for (const { path, service } of sites) {
    const folder = dirname(path);
    const beside = all.filter((other) => dirname(other.path) === folder);
    const isFolder = isSiteFolder(folder) && beside.length > 1 && beside.every((other) => other.service === service && !other.isWhole);
    configs.set(isFolder ? folder : path, service);
  }
  return [...configs].map(([config, service]) => ({ config, service }));
}

/** Why it cannot be checked, where it cannot. */
async function triedConfig(folder: string, config: string, name: string): Promise<Tried | string> {
  const service = servicesByName.get(name);
  if (service?.readSurroundings === undefined) return `configs of ${name} cannot be checked`;
  try {
    const subject = await readSubject({
      ...{
        written: [config],
        workingFolder: folder,
        service: null,
        version: null,
        at: null,
        root: null,
        provide: [],
        env: {},
        urls: [],
        render: null,
      },
      services: servicesByName,
    });
    if (subject.service !== name) return `it is read as one of ${subject.service}`;
    const surroundings = surroundingsOf(service, subject);
    const places = [...surroundings.listeners, ...surroundings.entries].flatMap(({ place }) => place ?? []);
    return { subject, service, entries: entriesOf(subject, surroundings), files: new Set(places.map(({ file }) => file)) };
  } catch (error) {
    if (error instanceof HarnessError) return error.message;
    throw error;
  }
}

function foundConfig(config: string, { subject, service, entries }: Tried, others: readonly FoundConfig[]): FoundConfig {
  const owed = entries.filter((entry) => isOwed(entry, entries));
  const limits = owed.flatMap((entry) => {
    const lines = linesOfTree(service, subject.tree, entry).map((line) => ({ host: '', line }));
    return limitsOfMode('idle', lines, { target: entry.target, hosts: [''] }).map(({ limitMs }) => limitMs);
  });
  const isCutByReload = linesOfTree(service, subject.tree).some(({ symptom }) => symptom === 'cuts-on-reload');
  return {
    config,
    id: freeId(config, others),
    service: service.name,
    entries: entries.map((entry) => ({ url: entryUrl(entry), kind: entry.kind, isOwed: owed.includes(entry) })),
    idleMs: limits.length === 0 ? null : Math.min(...limits),
    reloads: KEEPING.has(service.name) && !isCutByReload,
  };
}

/** Folders that every repository of that kind has. */
const USUAL = new Set([
  'etc',
  'conf',
  'conf.d',
  'config',
  'configs',
  'files',
  'sites-enabled',
  'sites-available',
  'vhosts',
  'docker',
  'src',
]);
const MAX_ID = 32;

function freeId(config: string, others: readonly FoundConfig[]): string {
  const parts = config.replace(/\.(?:cfg|conf|vhost|caddy)$/i, '').split('/');
  const telling = parts.filter((part, index) => part !== parts[index - 1] && !USUAL.has(part));
  const slug = (telling.length === 0 ? parts : telling)
    .slice(-3)
    .join('-')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  // A part of a word says nothing.
  const whole = slug.length <= MAX_ID ? slug : slug.slice(-MAX_ID).replace(/^[^-]*-+/, '');
  const base = whole === '' ? 'proxy' : whole;
  const isFree = (id: string): boolean => others.every((other) => other.id !== id);
  let id = base;
  for (let count = 2; !isFree(id); count += 1) id = `${base}-${String(count)}`;
  return id;
}
