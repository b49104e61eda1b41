import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import type { ConfigTree, ExpectedFile } from '../model/surroundings.ts';
import type { Subject } from '../model/subject.ts';
import type { Provision, WorldFile } from '../model/world.ts';
import type { CertificateSet } from './certificate-maker.ts';
import { isOfSystem, isPackageFile } from './package-environment.ts';
import { moduleLink } from './module-link.ts';
import { isPackagePath, ownPackages } from './own-packages.ts';
import { withOwnUser } from './password-user.ts';
import { openFolder, stubFile } from './stub-file.ts';
import { unpaired } from './unpaired.ts';

export interface PlannedFiles {
  readonly files: readonly WorldFile[];
  readonly provisions: readonly Provision[];
}

/** The files of a world: folders first, then what was given, then what is made in the place of what is missing. */
export async function planFiles(
  subject: Subject,
  expected: readonly ExpectedFile[],
  tls: CertificateSet,
  folders: readonly string[],
): Promise<PlannedFiles> {
  const given = await givenFiles(subject);
  const have = new Set(given.map(({ path }) => path));
  const haveBelow = new Set(given.flatMap(({ path }) => foldersAbove(path)));
  const alone = await unpaired(expected, given);
  const packages = ownPackages(expected, given);
  const stubs: WorldFile[] = [];
  const provisions: Provision[] = [...packages.provisions];
  const seen = new Set<string>();
  for (const file of expected) {
    const { path, place } = file;
    if (seen.has(path)) continue;
    const isThere = have.has(path) || (haveBelow.has(path) && isFolderKind(file));
    const replaced = alone.get(path);
    if (file.kind === 'password-file' && have.has(path)) {
      seen.add(path);
      const known = await knowingUs(given, path);
      if (known !== null) stubs.push(known);
      if (known !== null)
        provisions.push({
          how: 'made',
          what: 'user',
          name: `hopscope in ${path}`,
          because: 'clients come as this user, whom the copy knows too',
          place,
        });
      continue;
    }
    if ((isThere && replaced === undefined) || comesWithProgram(file)) continue;
    if (isPackagePath(path)) continue;
    const link = moduleLink(file, subject.service);
    if (link !== null) {
      seen.add(path);
      stubs.push(link);
      provisions.push({ how: 'made', what: 'module', name: path, because: 'a link to that of the package', place });
      continue;
    }
    if (isOfSystem(path) && file.kind !== 'folder') {
      seen.add(path);
      provisions.push({ how: 'missing', what: file.kind, name: path, because: 'programs of the system are not made up', place });
      continue;
    }
    const stub = stubFile(haveBelow.has(path) && file.kind === 'bundle' ? { ...file, kind: 'certificate-folder' } : file, tls);
    if (stub === null) continue;
    seen.add(path);
    stubs.push(...stub.files);
    if (!folders.includes(path.replace(/(?<=.)\/$/, '')))
      provisions.push({ how: stub.how, what: stub.what, name: path, because: replaced ?? stub.because, place });
  }
  const needed = new Set([...folders, subject.tree.workingFolder].filter((path) => path !== '/' && !haveBelow.has(path)));
  return { files: once([...[...needed].map(openFolder), ...given, ...packages.files, ...stubs]), provisions };
}

/** Copies, and the texts of the tree that are not what the copied file has: edited, rendered, made. */
async function givenFiles({ given, tree }: Subject): Promise<readonly WorldFile[]> {
  const texts = new Map(tree.files);
  const kept: WorldFile[] = [];
  for (const file of given) {
    const text = texts.get(file.path)?.text;
    if (text === undefined || (file.kind === 'copy' && (await hasText(file.from, text)))) {
      kept.push(file);
      texts.delete(file.path);
    }
  }
  const edited = [...texts.values()].map(({ path, text }): WorldFile => ({ kind: 'text', path, text, mode: modeOf(given, path) }));
  return [...kept.filter(({ path }) => !texts.has(path)), ...edited];
}

/** A password file that was given, with a user whose password is known; null where it cannot be read. */
async function knowingUs(given: readonly WorldFile[], path: string): Promise<WorldFile | null> {
  const file = given.findLast((one) => one.path === path);
  if (file === undefined || file.kind === 'folder' || file.kind === 'link') return null;
  const text = file.kind === 'text' ? file.text : await readFile(file.from, 'utf8').catch(() => null);
  return text === null ? null : { kind: 'text', path, text: withOwnUser(text), mode: file.mode };
}

const modeOf = (given: readonly WorldFile[], path: string): number => {
  const file = given.find((one) => one.path === path);
  return file !== undefined && file.kind !== 'link' ? file.mode : 0o644;
};

async function hasText(from: string, text: string): Promise<boolean> {
  const bytes = await readFile(from).catch(() => null);
  return bytes !== null && bytes.equals(Buffer.from(text));
}

function foldersAbove(path: string): readonly string[] {
  const above: string[] = [];
  for (let folder = posix.dirname(path); folder !== '/' && folder !== '.'; folder = posix.dirname(folder)) above.push(folder, `${folder}/`);
  return above;
}

const isFolderKind = ({ kind, path }: ExpectedFile): boolean =>
  kind === 'folder' || kind === 'certificate-folder' || kind === 'bundle' || kind === 'authority' || path.endsWith('/');

/** Files that the program writes are made even where its package has them; of modules the package has those that are on this machine. */
const comesWithProgram = ({ path, kind }: ExpectedFile): boolean =>
  kind === 'log' || kind === 'pid' || kind === 'socket' || kind === 'folder' ? false : isPackageFile(path) && existsSync(path);

/** The first of folders that are asked for twice. */
function once(files: readonly WorldFile[]): readonly WorldFile[] {
  const folders = new Set<string>();
  return files.filter((file) => {
    if (file.kind !== 'folder') return true;
    const isNew = !folders.has(file.path);
    folders.add(file.path);
    return isNew;
  });
}

/** Path of this machine that a file of a tree was copied from; null: it was made. */
export const sourceOf = (subject: Subject, path: ConfigTree['main']): string | null => {
  const file = subject.given.find((one) => one.path === path);
  return file?.kind === 'copy' ? file.from : null;
};
