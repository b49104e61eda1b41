import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { textOf } from '../world/decode-text.ts';
import { findTemplate } from '../world/find-template.ts';
import { guessService } from '../world/guess-service.ts';
import { wrappingOf } from '../world/wrappers.ts';

/** A file of a repository that looks like the config of a proxy. Paths are below the folder that was searched. */
export interface ConfigCandidate {
  readonly path: string;
  readonly service: string;
  /** A program can be started with it alone; else it is a site, which a main config includes. */
  readonly isWhole: boolean;
  /** What says that it is not a config yet but what one is made from: `Jinja`; null: nothing does. */
  readonly template: string | null;
}

export interface ConfigCandidates {
  readonly found: readonly ConfigCandidate[];
  /** The folder has more files than are looked at. */
  readonly isCut: boolean;
}

const MAX_FILES = 20_000;
const MAX_DEPTH = 16;
const MAX_BYTES = 1 << 20;
const NOT_ENTERED = new Set(['.git', '.hg', '.svn', 'node_modules', 'vendor', '.terraform', '.venv', 'runs', 'hopscope-run']);

/** What templates are called after the name of what they make. */
const TEMPLATE_END = /\.(?:j2|jinja2?|tpl|tmpl|template|erb|epp|mustache|gotmpl|ctmpl|in)$/i;
const CONFIG_NAME = /(?:\.(?:cfg|conf|vhost|caddy|nginx)|^caddyfile\b.*|^(?:haproxy|nginx|apache2?|httpd)(?:[._-][^/]*)?)$/i;
/** Sites have any name in these. */
const SITE_FOLDER = /(?:^|\/)(?:sites-[\w-]+|vhosts(?:\.d)?|conf-enabled|servers)\/[^/]+$/;
const NO_CONFIG =
  /\.(?:md|rst|json|ya?ml|toml|js|mjs|cjs|ts|py|rb|sh|go|rs|java|html?|css|svg|png|pem|crt|key|lua|log|bak|orig|swp|service|dockerfile|txt|map|lst|http|xml|sql)$/i;
const CONTROL = /\p{Cc}/u;

/** Looks for configs of proxies in a folder and below it, by their names and their content. Links are not followed, and nothing is run. */
export function findConfigs(folder: string): ConfigCandidates {
  const { files, isCut } = filesBelow(folder);
  return { found: files.filter(isCandidate).flatMap((path) => candidateOf(folder, path) ?? []), isCut };
}

/** In the order of their names, folder by folder. */
function filesBelow(folder: string): { readonly files: readonly string[]; readonly isCut: boolean } {
  const files: string[] = [];
  let level: readonly string[] = [''];
  let seen = 0;
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth += 1) {
    const next: string[] = [];
    for (const below of level) {
      for (const entry of entriesOf(join(folder, below))) {
        seen += 1;
        if (seen > MAX_FILES) return { files, isCut: true };
        const path = below === '' ? entry.name : `${below}/${entry.name}`;
        if (entry.isFile()) files.push(path);
        else if (entry.isDirectory() && !NOT_ENTERED.has(entry.name)) next.push(path);
      }
    }
    level = next;
  }
  return { files, isCut: level.length > 0 };
}

function entriesOf(folder: string): readonly { readonly name: string; isFile(): boolean; isDirectory(): boolean }[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    // A folder that may not be read has nothing to offer.
    return [];
  }
}

function isCandidate(path: string): boolean {
  const made = path.replace(TEMPLATE_END, '');
  if (CONTROL.test(path) || NO_CONFIG.test(made)) return false;
  return CONFIG_NAME.test(basename(made)) || SITE_FOLDER.test(made);
}

function candidateOf(folder: string, path: string): ConfigCandidate | null {
  const text = readText(join(folder, path));
  if (text === null) return null;
  const made = path.replace(TEMPLATE_END, '');
  const service = guessService(made, text);
  if (service === null || service === 'node-proxy' || text.trim() === '') return null;
  const template = findTemplate(service, text)?.kind ?? (made === path ? null : 'by its name');
  return { path, service, isWhole: wrappingOf(service)?.isWhole(text) ?? true, template };
}

function readText(path: string): string | null {
  try {
    if (!lstatSync(path).isFile() || statSync(path).size > MAX_BYTES) return null;
    return textOf(readFileSync(path));
  } catch {
    return null;
  }
}

/** Folders in which each file is a site of one program; their files belong together. */
export const isSiteFolder = (folder: string): boolean =>
  /(?:^|\/)(?:sites-[\w-]+|(?:conf|http)\.d|vhosts(?:\.d)?|conf-enabled|servers)$/.test(folder);

/** Sites that are there but not enabled, where others are. */
export function isDisabled({ path }: ConfigCandidate, all: readonly ConfigCandidate[]): boolean {
  const folder = dirname(path);
  if (basename(folder) !== 'sites-available') return false;
  const enabled = join(dirname(folder), 'sites-enabled');
  return all.some((other) => dirname(other.path) === enabled);
}
