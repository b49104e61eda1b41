import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { HarnessError } from '../errors.ts';
import { configText } from './decode-text.ts';
import { filesOfFolder } from './folder-configs.ts';
import { CONFIG_LIMITS, gatherFiles } from './gather-files.ts';
import { guessService } from './guess-service.ts';
import type { NamedFile } from './install-path.ts';
import { labelOf, type SubjectRequest } from './subject-request.ts';

/** A config that the user named, or that was found in a folder that the user named. */
export interface NamedConfig extends NamedFile {
  readonly label: string;
  /** Folder of this machine that is given with it. */
  readonly folder: string;
  readonly mode: number;
}

const NOT_READ_BYTES = 4 << 20;

/**
 * The configs that the user named, in order, all of one service. Throws CONFIG_ERR_NOT_FOUND for what is not there, CONFIG_ERR_UNREADABLE
 * for what is no text, no known config, or configs of several programs, SPEC_ERR_UNKNOWN_NAME for a service that there is not.
 */
export async function namedConfigs(request: SubjectRequest): Promise<readonly NamedConfig[]> {
  const { service, services } = request;
  if (service !== null && !services.has(service))
    throw new HarnessError(
      'SPEC_ERR_UNKNOWN_NAME',
      `expected --as to name one of ${[...services.keys()].join(', ')}, got '${service.slice(0, 80)}'`,
    );
  const found: NamedConfig[] = [];
  for (const written of request.written) found.push(...(await readWritten(request, written)));
  const [first] = found;
  if (first === undefined) throw new HarnessError('CONFIG_ERR_NOT_FOUND', 'expected a config file or a folder of them, got none');
  const other = found.find((config) => config.service !== first.service);
  if (other !== undefined)
    throw new HarnessError(
      'CONFIG_ERR_UNREADABLE',
      `expected configs of one program, got ${first.service} (${first.label}) and ${other.service}: name them one by one, or say which with --as`,
      { place: { file: other.label } },
    );
  return found;
}

async function readWritten(request: SubjectRequest, written: string): Promise<readonly NamedConfig[]> {
  const path = resolve(request.workingFolder, written);
  const stats = await stat(path).catch((error: unknown) => missing(written, error));
  if (stats.isFile()) return [await readNamed(request, path, dirname(path))];
  if (!stats.isDirectory()) throw missing(written, 'something that is neither a file nor a folder');
  const { files } = await gatherFiles(path, CONFIG_LIMITS);
  const chosen = await filesOfFolder(files, request.service, labelOf(path, request.workingFolder));
  return await Promise.all(chosen.map(async (below) => await readNamed(request, join(path, below), path)));
}

async function readNamed(request: SubjectRequest, path: string, folder: string): Promise<NamedConfig> {
  const label = labelOf(path, request.workingFolder);
  const stats = await stat(path);
  if (stats.size > NOT_READ_BYTES) configText(new Uint8Array(stats.size), label);
  const bytes = await readFile(path).catch((error: unknown) => missing(label, error));
  const text = configText(bytes, label);
  const service = request.service ?? guessService(path, text);
  if (service === null || !request.services.has(service))
    throw new HarnessError(
      'CONFIG_ERR_UNREADABLE',
      `expected a config of HAProxy, nginx, Caddy or Apache, or a Node script; ${text.trim() === '' ? 'the file is empty' : 'nothing in it says which it is'}: say so with --as ${checkable(request).join('|')}`,
      { place: { file: label } },
    );
  return { path, text, service, label, folder, mode: stats.mode };
}

const checkable = ({ services }: SubjectRequest): readonly string[] =>
  [...services.values()].flatMap((service) => (service.readSurroundings === undefined ? [] : [service.name]));

/** Words for what the system says of a path. */
const SEEN: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  ENOTDIR: 'no such file or folder',
  EACCES: 'one that may not be read',
  ELOOP: 'a link that leads back to itself',
};

function missing(written: string, cause: unknown): never {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  throw new HarnessError('CONFIG_ERR_NOT_FOUND', `expected a config file or a folder of them, got ${SEEN[code] ?? code}`, {
    cause,
    place: { file: written.slice(0, 500) },
  });
}
