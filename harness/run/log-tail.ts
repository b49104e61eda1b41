import { open } from 'node:fs/promises';

/** Most bytes of a log that one stimulus may add; what is beyond stays in the file but is not parsed. */
const MAX_READ_BYTES = 4 << 20;

/** Reads what a log file gained since the last look, in whole lines. */
export class LogTail {
  readonly #file: string;
  #offset = 0;

  constructor(file: string) {
    this.#file = file;
  }

  async newLines(): Promise<readonly string[]> {
    const handle = await open(this.#file, 'r').catch(() => null);
    if (handle === null) return [];
    try {
      const { size } = await handle.stat();
      const length = Math.min(size - this.#offset, MAX_READ_BYTES);
      if (length <= 0) return [];
      const buffer = Buffer.alloc(length);
      const { bytesRead } = await handle.read(buffer, 0, length, this.#offset);
      const end = buffer.lastIndexOf(0x0a, bytesRead - 1) + 1;
      this.#offset = size - length === this.#offset ? this.#offset + end : size;
      return buffer
        .toString('utf8', 0, end)
        .split('\n')
        .filter((line) => line !== '');
    } finally {
      await handle.close();
    }
  }
}
