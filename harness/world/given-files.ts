import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, posix, resolve } from 'node:path';
import { HarnessError } from '../errors.ts';
import type { ConfigFile } from '../model/surroundings.ts';
import type { Provision, WorldFile } from '../model/world.ts';
import { textOf } from './decode-text.ts';
import { CONFIG_LIMITS, gatherFiles, type GatherLimits, isTooBroad, SCRIPT_LIMITS, worldMode } from './gather-files.ts';
import { relativeTo } from './install-path.ts';
import { labelOf, type SubjectRequest } from './subject-request.ts';

/** Copies of this machine's files, and those of them that a reader of configs may want. */
export interface GivenFiles {
  readonly files: readonly WorldFile[];
  readonly texts: readonly ConfigFile[];
  readonly provisions: readonly Provision[];
}

const MAX_TEXT_BYTES = 1 << 20;
const MAX_TEXTS = 500;
const MAX_TEXTS_BYTES = 16 << 20;
/** Pages, pictures, programs, keys: nothing that a proxy reads directives from. */
const NO_CONFIG =
  /\.(?:png|jpe?g|gif|svg|ico|webp|css|html?|js|mjs|cjs|ts|map|woff2?|ttf|zip|gz|xz|tar|md|rst|pem|key|crt|cer|p12|pfx|so)$/i;
const SCRIPT_TEXT = /\.(?:js|mjs|cjs|ts|mts|cts|json|env)$/i;

/** A folder of this machine, given as a folder of the world. */
export async function givenFolder(request: SubjectRequest, service: string, from: string, to: string): Promise<GivenFiles> {
  const label = labelOf(from, request.workingFolder);
  if (isTooBroad(from)) {
    const because = 'left out but for the config itself: much more than a config is in it; give files of it with --provide';
    return { files: [], texts: [], provisions: [{ how: 'missing', what: 'folder', name: label, because, place: null }] };
  }
  const limits: GatherLimits = service === 'node-proxy' ? SCRIPT_LIMITS : CONFIG_LIMITS;
  const { files, leftOut } = await gatherFiles(from, limits);
  const copies = files.map(
    (file): Copy => ({ ...file, path: posix.join(to, file.below), label: labelOf(join(from, file.below), request.workingFolder) }),
  );
  const count = `${String(files.length)} ${files.length === 1 ? 'file' : 'files'}`;
  return {
    files: copies.map(worldCopy),
    texts: await textsOf(copies, service),
    provisions: [
      ...(files.length === 0 ? [] : [given('folder', to, `${count} of ${label === from ? from : `${label}/`}`)]),
      ...leftOut.slice(0, 20).map((because): Provision => ({ how: 'missing', what: 'file', name: label, because, place: null })),
    ],
  };
}

/** Without the configs that the user named, which are told of by themselves: a folder that holds nothing else is not worth a line. */
export function withoutFiles({ files, texts, provisions }: GivenFiles, own: ReadonlySet<string>): GivenFiles {
  const others = files.filter(({ path }) => !own.has(path));
  return {
    files: others,
    texts: texts.filter(({ path }) => !own.has(path)),
    provisions: others.length > 0 ? provisions : provisions.filter(({ how }) => how !== 'given'),
  };
}

/** What `--provide SRC[:DEST]` gives. Throws CONFIG_ERR_NOT_FOUND, USAGE_ERR_BAD_FLAG. */
export async function providedFiles(request: SubjectRequest, service: string, written: string): Promise<GivenFiles> {
  const colon = written.lastIndexOf(':/');
  const whole = resolve(request.workingFolder, written);
  const isWhole = colon <= 0 || (await stat(whole).catch(() => null)) !== null;
  const from = isWhole ? whole : resolve(request.workingFolder, written.slice(0, colon));
  const to = isWhole ? whole : posix.normalize(written.slice(colon + 1));
  const stats = await stat(from).catch(() => null);
  if (stats === null || !(stats.isFile() || stats.isDirectory()))
    throw new HarnessError(
      'CONFIG_ERR_NOT_FOUND',
      `expected --provide SRC[:DEST] with a file or folder as SRC, got ${stats === null ? 'no such file' : 'neither'}`,
      {
        place: { file: written.slice(0, 500) },
      },
    );
  if (stats.isDirectory()) return await givenFolder(request, service, from, to.length > 1 ? to.replace(/\/$/, '') : to);
  const path = to.endsWith('/') ? posix.join(to, basename(from)) : to;
  const copy: Copy = { from, path, label: labelOf(from, request.workingFolder), bytes: stats.size, mode: worldMode(stats.mode) };
  return { files: [worldCopy(copy)], texts: await textsOf([copy], service), provisions: [given('file', path, `a copy of ${copy.label}`)] };
}

/** Folder of the world that a folder of this machine stands for, when one file of it stands at `installed`; null: the file has another name there. */
export function installedFolder(folder: string, path: string, installed: string): string | null {
  const below = relativeTo(folder, path);
  return below !== null && installed.endsWith(`/${below}`) ? installed.slice(0, -below.length - 1) || '/' : null;
}

/** Folder that a script's packages are in: the nearest one with a package.json. */
export async function packageFolder(path: string): Promise<string> {
  let folder = dirname(path);
  for (let level = 0; level < 6 && !isTooBroad(folder); level += 1) {
    if ((await stat(join(folder, 'package.json')).catch(() => null)) !== null) return folder;
    folder = dirname(folder);
  }
  return dirname(path);
}

export const given = (what: string, name: string, because: string): Provision => ({ how: 'given', what, name, because, place: null });

interface Copy {
  readonly from: string;
  readonly path: string;
  readonly label: string;
  readonly bytes: number;
  readonly mode: number;
}

const worldCopy = ({ from, path, mode }: Copy): WorldFile => ({ kind: 'copy', path, from, mode });

async function textsOf(copies: readonly Copy[], service: string): Promise<readonly ConfigFile[]> {
  const isWanted = (path: string): boolean =>
    service === 'node-proxy' ? SCRIPT_TEXT.test(path) && !path.includes('/node_modules/') : !NO_CONFIG.test(path);
  const texts: ConfigFile[] = [];
  let total = 0;
  for (const { from, path, label, bytes } of copies) {
    if (bytes > MAX_TEXT_BYTES || !isWanted(path) || texts.length >= MAX_TEXTS || total + bytes > MAX_TEXTS_BYTES) continue;
    const text = textOf(await readFile(from).catch(() => new Uint8Array([0])));
    if (text === null || text.includes('PRIVATE KEY-----')) continue;
    total += bytes;
    texts.push({ path, text, label });
  }
  return texts;
}
