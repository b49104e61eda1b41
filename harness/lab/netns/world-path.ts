import { lstatSync, mkdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { HarnessError } from '../../errors.ts';

/** What path_resolution(7) allows. */
const LINKS_LIMIT = 40;

/**
 * Where a path of a made file system is on this machine: links in it are followed as a program inside would follow them, so that
 * nothing is ever written outside of `root`. With `followLast` false a link at the end stays itself. Folders on the way are made (0755).
 */
export function placeInRoot(root: string, path: string, followLast = true): string {
  let left = parts(path);
  let seen: string[] = [];
  for (let links = 0; left.length > 0; ) {
    const [name = '', ...rest] = left;
    left = rest;
    if (name === '..') {
      seen = seen.slice(0, -1);
      continue;
    }
    const here = join(root, ...seen, name);
    const stat = lstatSync(here, { throwIfNoEntry: false });
    if (stat?.isSymbolicLink() === true && (left.length > 0 || followLast)) {
      if (++links > LINKS_LIMIT) throw notMade(path, 'its links lead in a circle');
      const target = readlinkSync(here);
      if (target.startsWith('/')) seen = [];
      left = [...parts(target), ...left];
      continue;
    }
    if (left.length > 0 && stat?.isDirectory() === false) throw notMade(path, `/${[...seen, name].join('/')} is a file`);
    if (left.length > 0 && stat === undefined) mkdirSync(here, { mode: 0o755 });
    seen.push(name);
  }
  return join(root, ...seen);
}

const parts = (path: string): string[] => path.split('/').filter((part) => part !== '' && part !== '.');

const notMade = (path: string, because: string): HarnessError =>
  new HarnessError('LAB_ERR_COMMAND_FAILED', `expected to make '${path}' for the proxy, but ${because}`);
