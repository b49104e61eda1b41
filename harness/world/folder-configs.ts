import { readFile } from 'node:fs/promises';
import { HarnessError } from '../errors.ts';
import { textOf } from './decode-text.ts';
import type { GatheredFile } from './gather-files.ts';
import { guessService } from './guess-service.ts';
import { wrappingOf } from './wrappers.ts';

const MAIN_NAMES: Readonly<Record<string, string>> = {
  'haproxy.cfg': 'haproxy',
  'nginx.conf': 'nginx',
  Caddyfile: 'caddy',
  'apache2.conf': 'apache',
  'httpd.conf': 'apache',
};
const SCRIPT_NAMES = [
  'server.js',
  'proxy.js',
  'index.js',
  'app.js',
  'main.js',
  'server.mjs',
  'proxy.mjs',
  'index.mjs',
  'server.ts',
  'index.ts',
];
/** Names that a main config would include. */
const SITE_FILE = /(?:^|\/)(?:[^/]+\.(?:conf|vhost|cfg)|sites-[\w-]+\/[^/.]+)$/;
const SITE_FOLDER = /^(?:(?:conf|http|vhosts|stream)\.d|sites-enabled|vhosts|conf-enabled)\/[^/]+$/;
const MAX_BYTES = 1 << 20;

/**
 * Which files of a folder are what a program would be started with: its main config where there is one, else all its site files. Paths
 * below the folder. Throws CONFIG_ERR_NOT_FOUND when there are none, CONFIG_ERR_UNREADABLE when they are of several programs.
 */
export async function filesOfFolder(files: readonly GatheredFile[], asked: string | null, label: string): Promise<readonly string[]> {
  const wanted = (service: string | null): service is string => service !== null && (asked === null || asked === service);
  const mains = shallowest(files.filter(({ below }) => wanted(MAIN_NAMES[nameOf(below)] ?? null)));
  const services = new Set(mains.map(({ below }) => MAIN_NAMES[nameOf(below)]));
  if (services.size > 1)
    throw new HarnessError(
      'CONFIG_ERR_UNREADABLE',
      `expected configs of one program, got ${mains.map(({ below }) => below).join(', ')}: name the file`,
      {
        place: { file: label },
      },
    );
  const main = await firstWhole(mains);
  if (main !== null) return [main];
  const sites = await siteFiles(files, wanted);
  if (sites.length > 0) return sites;
  const script = shallowest(files.filter(({ below }) => wanted('node-proxy') && SCRIPT_NAMES.includes(nameOf(below))));
  const [best] = script.toSorted((a, b) => SCRIPT_NAMES.indexOf(nameOf(a.below)) - SCRIPT_NAMES.indexOf(nameOf(b.below)));
  if (best !== undefined) return [best.below];
  const shown = files.slice(0, 5).map(({ below }) => below);
  throw new HarnessError(
    'CONFIG_ERR_NOT_FOUND',
    `expected haproxy.cfg, nginx.conf, a Caddyfile, site files or a Node script in the folder, got ${shown.length === 0 ? 'no files' : shown.join(', ')}${files.length > 5 ? ' ...' : ''}`,
    { place: { file: label } },
  );
}

const nameOf = (below: string): string => below.slice(below.lastIndexOf('/') + 1);
const depthOf = (below: string): number => below.split('/').length;

function shallowest(files: readonly GatheredFile[]): readonly GatheredFile[] {
  const depth = Math.min(...files.map(({ below }) => depthOf(below)));
  return files.filter(({ below }) => depthOf(below) === depth);
}

async function readText({ from, bytes }: GatheredFile): Promise<string | null> {
  return bytes > MAX_BYTES ? null : textOf(await readFile(from).catch(() => new Uint8Array([0])));
}

/** A file may be called nginx.conf and hold one site: then it is one of several. */
async function firstWhole(mains: readonly GatheredFile[]): Promise<string | null> {
  for (const main of mains) {
    const wrapping = wrappingOf(MAIN_NAMES[nameOf(main.below)] ?? '');
    const text = await readText(main);
    // What is no text, or too large, is refused with its place when it is read as the config.
    if (wrapping === null || text === null || wrapping.isWhole(text)) return main.below;
  }
  return null;
}

async function siteFiles(
  files: readonly GatheredFile[],
  wanted: (service: string | null) => service is string,
): Promise<readonly string[]> {
  const found: { readonly below: string; readonly service: string }[] = [];
  for (const file of files) {
    const isNear = depthOf(file.below) === 1 || SITE_FOLDER.test(file.below);
    if (!isNear || !(SITE_FILE.test(file.below) || SITE_FOLDER.test(file.below) || depthOf(file.below) === 1)) continue;
    if (/\.(?:md|json|ya?ml|js|mjs|ts|html?|inc|template|tmpl|j2|bak|txt)$/i.test(file.below)) continue;
    const text = await readText(file);
    const service = text === null ? null : guessService(file.below, text);
    if (wanted(service)) found.push({ below: file.below, service });
  }
  const service = found[0]?.service;
  return found.flatMap((one) => (one.service === service ? [one.below] : []));
}
