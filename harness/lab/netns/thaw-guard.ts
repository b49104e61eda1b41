import { type ChildProcess, spawn } from 'node:child_process';

/** Continues a process when it is released or when hopscope ends, however that comes: its pipe closes with us. */
export class ThawGuard {
  readonly #child: ChildProcess;

  constructor(pid: number) {
    this.#child = spawn('sh', ['-c', 'read -r line; kill -CONT "$0"', String(pid)], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    this.#child.stdin?.on('error', () => {
      /* It has ended already. */
    });
    this.#child.on('error', () => {
      /* No shell: nothing to guard with. */
    });
  }

  release(): void {
    this.#child.stdin?.end();
  }
}
