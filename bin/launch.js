// Plain JavaScript without newer syntax, so that an old Node gets far enough to say what is needed.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const FLOOR = 24;
const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The program: the sources in a checkout, the compiled files in an installed package (Node strips no types below node_modules). */
export function mainFile() {
  const source = join(root, 'harness', 'cli', 'main.ts');
  const compiled = join(root, 'dist', 'harness', 'cli', 'main.js');
  const installed = root.split(sep).indexOf('node_modules') >= 0;
  return installed || !existsSync(source) ? compiled : source;
}

export const isNewEnough = () => Number(process.versions.node.split('.')[0]) >= FLOOR;

/** A Node that is new enough: this one, or the one that npm installed beside this package. Null: there is none. */
function nodeProgram() {
  if (isNewEnough()) return process.execPath;
  const local = join(root, 'node_modules', 'node', 'bin', 'node');
  return existsSync(local) ? local : null;
}

const needsNode = () => 'hopscope needs Node ' + FLOOR + ' or newer, and this is Node ' + process.versions.node + '.\n';

/** Runs hopscope as a child and resolves with its exit code. Signals are passed on, so that the child ends in order. */
export function launch(args) {
  const node = nodeProgram();
  if (node === null) {
    process.stderr.write(needsNode());
    return Promise.resolve(2);
  }
  return new Promise((resolve) => {
    const child = spawn(node, [join(root, 'bin', 'hopscope.js')].concat(args), { stdio: 'inherit' });
    // From a terminal Ctrl-C reaches the child by itself; a second one would count as impatience.
    const pass = (signal) => () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    const listeners = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => [signal, pass(signal)]);
    listeners.forEach(([signal, listener]) => process.on(signal, listener));
    const end = (code) => {
      listeners.forEach(([signal, listener]) => process.off(signal, listener));
      resolve(code);
    };
    child.on('error', (error) => {
      process.stderr.write('error: cannot start ' + node + ': ' + error.message + '\n');
      end(3);
    });
    // A child that a signal ended counts as interrupted.
    child.on('exit', (code) => end(code === null ? 130 : code));
  });
}
