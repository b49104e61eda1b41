import { existsSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { askEngine } from './engine.ts';
import { type Machine, runForProbe } from './capability.ts';

/** The machine that Hopscope runs on. */
export const thisMachine = (): Machine => ({
  isRoot: process.getuid?.() === 0,
  nodeVersion: process.versions.node,
  run: runForProbe,
  whyNotOpen: async (path) => {
    try {
      await using handle = await open(path, 'r+');
      return handle.fd >= 0 ? null : 'EBADF';
    } catch (error) {
      return error instanceof Error && 'code' in error ? String(error.code) : String(error);
    }
  },
  exists: existsSync,
  engine: () => askEngine(process.env),
});

/** Whether packages come from apt: os-release(5) names Debian as the system or what it is like. */
export async function isDebian(file = '/etc/os-release'): Promise<boolean> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return /^ID(?:_LIKE)?=.*\b(?:debian|ubuntu)\b/m.test(text);
}

/** PATH with the folders where Debian keeps proxies and network tools, which users other than root lack. */
export function pathWithSbin(path: string | undefined): string {
  const folders = (path ?? '/usr/bin:/bin').split(':');
  return [...folders, ...['/usr/local/sbin', '/usr/sbin', '/sbin'].filter((folder) => !folders.includes(folder))].join(':');
}
