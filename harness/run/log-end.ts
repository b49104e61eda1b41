import { open } from 'node:fs/promises';

const MAX_BYTES = 64 << 10;
const MAX_LINE = 500;

/** The last lines of a log, none from before `fromByte`, each cut at 500 characters. A log that cannot be read has none. */
export async function logEnd(file: string, fromByte: number): Promise<readonly string[]> {
  const handle = await open(file, 'r').catch(() => null);
  if (handle === null) return [];
  try {
    const { size } = await handle.stat();
    const from = Math.max(fromByte, size - MAX_BYTES, 0);
    if (size <= from) return [];
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - from), 0, size - from, from);
    const lines = buffer.toString('utf8', 0, bytesRead).split('\n');
    // The first may be the end of a line that begins further up.
    const whole = from > fromByte ? lines.slice(1) : lines;
    return whole.flatMap((line) => (line.trim() === '' ? [] : line.trimEnd().slice(0, MAX_LINE)));
  } finally {
    await handle.close();
  }
}
