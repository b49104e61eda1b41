import { chmodSync, chownSync, copyFileSync, lstatSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { HarnessError } from '../../errors.ts';
import type { WorldFile } from '../../model/world.ts';
import { placeInRoot } from './world-path.ts';
import type { WorldUsers } from './world-users.ts';

/** Writes one file below `root`, over whatever is there. Nothing may run in it yet. Throws CONFIG_ERR_NOT_FOUND, LAB_ERR_COMMAND_FAILED. */
export function writeWorldFile(root: string, file: WorldFile, users: WorldUsers): void {
  try {
    write(root, file, users);
  } catch (error) {
    if (error instanceof HarnessError) throw error;
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new HarnessError('LAB_ERR_COMMAND_FAILED', `expected to make '${file.path}' for the proxy, got ${code}`, { cause: error });
  }
}

/** Programs and libraries of the system, which everything in the room is run by. */
const OF_SYSTEM =
  /^(?:etc\/ld\.so\..*|usr\/(?:s?bin|lib(?!\/(?:nginx|apache2|haproxy|lua|cgi-bin|node_modules)\/)\w*)\/.*|s?bin(?:\/.*)?|lib\w*(?:\/.*)?|usr|etc|mnt|proc(?:\/.*)?|dev)$/;

/** Writes one file that came with a config. Throws LAB_ERR_COMMAND_FAILED for a place that is the system's own, and as `writeWorldFile` does. */
export function giveWorldFile(root: string, file: WorldFile, users: WorldUsers): void {
  const place = relative(root, placeInRoot(root, file.path, file.kind === 'folder'));
  if (OF_SYSTEM.test(place)) {
    if (file.kind === 'folder') return;
    throw new HarnessError(
      'LAB_ERR_COMMAND_FAILED',
      `expected to make '${file.path}' for the proxy, but that is where programs and libraries of the system are`,
    );
  }
  writeWorldFile(root, file, users);
}

function write(root: string, file: WorldFile, users: WorldUsers): void {
  // A folder that is named through a link is the one that the link leads to; anything else takes the link's place.
  const at = placeInRoot(root, file.path, file.kind === 'folder');
  switch (file.kind) {
    case 'folder':
      if (lstatSync(at, { throwIfNoEntry: false })?.isDirectory() !== true) {
        rmSync(at, { force: true });
        mkdirSync(at);
      }
      chmodSync(at, file.mode);
      own(at, file.owner, users);
      return;
    case 'text':
      clear(at);
      writeFileSync(at, file.text);
      chmodSync(at, file.mode);
      return;
    case 'copy':
      if (statSync(file.from, { throwIfNoEntry: false })?.isFile() !== true)
        throw new HarnessError(
          'CONFIG_ERR_NOT_FOUND',
          `expected the file '${file.from}', which is given to the proxy as '${file.path}', and there is none`,
        );
      clear(at);
      copyFileSync(file.from, at);
      chmodSync(at, file.mode);
      return;
    case 'link':
      clear(at);
      symlinkSync(file.target, at);
  }
}

const clear = (at: string): void => rmSync(at, { recursive: true, force: true });

/** In an unprivileged user namespace every file is its one user's, and stays so. */
function own(at: string, owner: string | null, users: WorldUsers): void {
  const user = owner === null ? null : users.find(owner);
  if (user !== null && process.getuid?.() === 0) chownSync(at, user.uid, user.gid);
}
