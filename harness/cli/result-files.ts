import { closeSync, openSync, writeSync } from 'node:fs';
import { HarnessError } from '../errors.ts';
import type { Shard } from '../model/load.ts';
import { say } from './output.ts';

/** Where the result of a driver goes. Every line is written before the next piece of time, so that a killed driver leaves what it had seen. */
export class ResultFiles implements Disposable {
  readonly #files: { readonly name: string; readonly fd: number | null }[] = [];

  /** `-` is standard output, and so is no name. Throws RUN_ERR_CANNOT_WRITE; a file that is there already is not overwritten. */
  constructor(names: readonly string[], { runId, shard }: { readonly runId: string; readonly shard: Shard }) {
    for (const pattern of new Set(names.length === 0 ? ['-'] : names)) {
      const name = pattern.replaceAll('{run}', runId).replaceAll('{shard}', String(shard.index));
      this.#files.push({ name, fd: name === '-' ? null : guarded(name, () => openSync(name, 'wx')) });
    }
  }

  write(line: string): void {
    const bytes = Buffer.from(`${line}\n`);
    for (const { name, fd } of this.#files) {
      if (fd === null) say(line);
      else
        guarded(name, () => {
          for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
        });
    }
  }

  [Symbol.dispose](): void {
    for (const { fd } of this.#files) if (fd !== null) closeSync(fd);
  }
}

function guarded<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new HarnessError('RUN_ERR_CANNOT_WRITE', `expected to write a new file ${name}, got ${code}`, { cause });
  }
}
