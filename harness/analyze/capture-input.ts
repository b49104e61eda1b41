import { type FileHandle, open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { HarnessError } from '../errors.ts';

const READ_SIZE = 4 * 1024 * 1024;

/** Bytes of a capture as they come: of a file or of standard input. A chunk is valid until the next one is asked for. */
export interface CaptureInput extends AsyncDisposable {
  readonly chunks: AsyncIterable<Buffer>;
  /** Null when it is not known: standard input, pipes. */
  readonly totalBytes: number | null;
}

const WHY: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'a directory',
  EIO: 'a read error of the disk',
};

/** What the system said, in words where they are known. */
export function systemWords(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return WHY[code] ?? (code === '' ? String(error) : code);
}

/** Opens a file, or takes `stdin` for `-`. Throws CAPTURE_ERR_NOT_FOUND and CAPTURE_ERR_UNREADABLE. */
export async function openInput(file: string, stdin: Readable): Promise<CaptureInput> {
  if (file === '-') return { chunks: asBuffers(stdin), totalBytes: null, [Symbol.asyncDispose]: async () => undefined };
  let handle: FileHandle;
  try {
    handle = await open(file);
  } catch (cause) {
    const place = { place: { file }, cause };
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new HarnessError('CAPTURE_ERR_NOT_FOUND', `expected a capture file, saw no file ${file}`, place);
    throw new HarnessError(
      'CAPTURE_ERR_UNREADABLE',
      `expected a capture file that can be read, saw ${systemWords(cause)} at ${file}`,
      place,
    );
  }
  const stat = await handle.stat();
  if (stat.isDirectory()) {
    await handle.close();
    throw new HarnessError('CAPTURE_ERR_UNREADABLE', `expected a capture file, saw a directory at ${file}`, { place: { file } });
  }
  return { chunks: readAhead(handle), totalBytes: stat.isFile() ? stat.size : null, [Symbol.asyncDispose]: () => handle.close() };
}

async function* asBuffers(stdin: Readable): AsyncGenerator<Buffer> {
  for await (const chunk of stdin) yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk), 'latin1');
}

/** Two buffers in turn: while one is worked on, the other is filled. */
async function* readAhead(handle: FileHandle): AsyncGenerator<Buffer> {
  let current = Buffer.allocUnsafe(READ_SIZE);
  let other = Buffer.allocUnsafe(READ_SIZE);
  let reading = handle.read(current, 0, READ_SIZE, null);
  try {
    for (;;) {
      const { bytesRead } = await reading;
      if (bytesRead === 0) return;
      reading = handle.read(other, 0, READ_SIZE, null);
      yield current.subarray(0, bytesRead);
      [current, other] = [other, current];
    }
  } finally {
    // A read that nobody waits for any more must be over before the file is closed, and must not end the process when it fails.
    await reading.catch(() => undefined);
  }
}
