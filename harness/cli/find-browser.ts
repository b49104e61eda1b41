import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** The Chromium of this machine: HOPSCOPE_CHROMIUM where it is set, else the first on PATH; null when there is none. */
export function findBrowser({ HOPSCOPE_CHROMIUM, PATH = '' }: Readonly<Record<string, string | undefined>>): string | null {
  const onPath = PATH.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...(HOPSCOPE_CHROMIUM === undefined ? [] : [HOPSCOPE_CHROMIUM]), ...onPath].find(isProgram) ?? null;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
