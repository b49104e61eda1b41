import { finished } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { ZstdFrames } from './zstd-frames.ts';

export type Compression = 'gzip' | 'zstd';

/** Bytes that it takes to tell. */
export const MAGIC_LENGTH = 4;
const OUTPUT_SIZE = 256 * 1024;
/** When data is damaged, what was decompressed of the same piece is lost: so pieces are small, and the first of them very small. */
const PIECE_SIZE = 64 * 1024;
const FIRST_PIECE_SIZE = 512;

/** How the data that begins with these bytes is compressed (RFC 1952 section 2.3.1, RFC 8878 section 3.1); null when it is not. */
export function compressionOf(first: Buffer): Compression | null {
  const hex = first.toString('hex', 0, MAGIC_LENGTH);
  if (hex.startsWith('1f8b')) return 'gzip';
  return hex === '28b52ffd' || /^5.2a4d18$/.test(hex) ? 'zstd' : null;
}

/**
 * Undoes the compression piece by piece, so that a bomb takes time but no memory. Rejects with what `push` throws, and when the data is damaged; all that
 * could be read was pushed by then.
 */
export async function decompress(chunks: AsyncIterable<Buffer>, compression: Compression, push: (chunk: Buffer) => void): Promise<void> {
  const options = { chunkSize: OUTPUT_SIZE };
  const engine = compression === 'gzip' ? createGunzip(options) : createZstdDecompress(options);
  // Listening rather than piping: a pipe drops what it still holds when the engine fails.
  engine.on('data', (chunk: Buffer) => {
    if (engine.destroyed) return;
    try {
      push(chunk);
    } catch (error) {
      engine.destroy(error as Error);
    }
  });
  const done = finished(engine);
  // Awaited below, but it may fail before.
  done.catch(() => undefined);
  // An engine that failed closes, and calls back to no write.
  let goOn = (): void => undefined;
  engine.on('close', () => goOn());
  for await (const piece of pieces(chunks, compression === 'zstd' ? new ZstdFrames() : null)) {
    await new Promise<void>((resolve) => {
      goOn = resolve;
      engine.write(piece, () => resolve());
    });
    if (engine.destroyed) break;
  }
  if (!engine.destroyed) engine.end();
  await done;
}

async function* pieces(chunks: AsyncIterable<Buffer>, frames: ZstdFrames | null): AsyncGenerator<Buffer> {
  let given = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      const piece = chunk.subarray(at, at + (given < PIECE_SIZE ? FIRST_PIECE_SIZE : PIECE_SIZE));
      const end = frames === null ? piece.length : frames.boundary(piece, 0);
      if (end > 0) yield piece.subarray(0, end);
      at += end;
      given += end;
    }
  }
}

/** Whether decompression failed because the data ended. */
export function isCutShort(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'Z_BUF_ERROR';
}
