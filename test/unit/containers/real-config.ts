import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Entry, ConfigTree } from '../../../harness/model/surroundings.ts';
import { configTreeOf } from './config-tree-of.ts';

const FOLDER = fileURLToPath(new URL('../../../../shared/configs/', import.meta.url));

/** Whether the collection of real configs is there. */
export const hasRealConfigs = existsSync(FOLDER);

interface TrueEntry {
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

interface Meta {
  readonly files: readonly { readonly local: string; readonly install: string }[];
  readonly start: { readonly main: string; readonly env: Readonly<Record<string, string>> };
  readonly websocket_entry: TrueEntry;
  readonly extra_entries: readonly TrueEntry[];
  readonly backends: readonly { readonly addr: string; readonly port: number }[];
}

/** A config of the collection as a tree, with what is known of it. `wrapper`: text of the main config that a fragment needs. */
export function realConfig(id: string, wrapper?: string): { readonly tree: ConfigTree; readonly meta: Meta } {
  const meta = readMeta(`${FOLDER}${id}/meta.json`);
  const own = meta.files.map(({ local, install }) => [install, readFileSync(`${FOLDER}${id}/${local}`, 'utf8')]);
  const { main, env } = meta.start;
  const texts: Record<string, string> = Object.fromEntries(wrapper === undefined ? own : [[main, wrapper], ...own]);
  return { tree: configTreeOf(texts, env, wrapper === undefined ? undefined : main), meta };
}

const readMeta = (path: string): Meta => JSON.parse(readFileSync(path, 'utf8'));

/** Whether a request for the true entry comes where the found one does. */
export const leadsTo = (found: Entry, { scheme, host, port, path }: TrueEntry): boolean =>
  found.scheme === scheme && found.host === host && found.port === port && path.startsWith(found.target);
