import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** The first place of a text, and what stands there instead. */
export interface Edit {
  readonly replace: string;
  readonly with: string;
}

/** Stands in an edit for the address of the next host of the path: `inner:8080`, `origin:9000`. */
export const NEXT_HOST = '{next}';

const PACKAGES = resolve(import.meta.dirname, '../../node_modules');

/** Applies edits one after the other. The first that finds nothing is given back instead of a text. */
export function edited(text: string, edits: readonly Edit[], next: string): { readonly text: string } | { readonly missing: string } {
  let now = text;
  for (const { replace, with: by } of edits) {
    const at = now.indexOf(replace);
    if (at < 0) return { missing: replace };
    now = `${now.slice(0, at)}${by.replaceAll(NEXT_HOST, next)}${now.slice(at + replace.length)}`;
  }
  return { text: now };
}

/** Writes the edited copy of a config, with the files beside it, into a folder. Returns where it stands. */
export function writeEdited(config: string, text: string, folder: string): string {
  mkdirSync(folder, { recursive: true });
  const packages = join(folder, 'node_modules');
  // And packages by name, wherever the run goes.
  if (config.endsWith('.ts') && !existsSync(packages)) symlinkSync(PACKAGES, packages);
  if (!config.endsWith('.ts')) cpSync(dirname(config), folder, { recursive: true });
  const copy = join(folder, basename(config));
  // A program imports its neighbours by place, and the copy stands elsewhere.
  const placed = config.endsWith('.ts')
    ? text.replaceAll(
        /(from ')(\.{1,2}\/[^']+)(')/g,
        (_, before: string, path: string, after: string) => `${before}${resolve(dirname(config), path)}${after}`,
      )
    : text;
  writeFileSync(copy, placed);
  return copy;
}

export const readConfigText = (config: string): string => readFileSync(config, 'utf8');
