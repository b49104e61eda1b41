import type { OriginConnection } from '../model/evidence.ts';

/** The head of a request as it reached the origin, in base64; null where none did. A proxy may send several over one connection, so all are looked through. */
export function headAtOrigin(connections: readonly OriginConnection[], method: string, target: string): string | null {
  for (const { received } of connections) {
    const bytes = Buffer.concat(received.map((chunk) => Buffer.from(chunk.base64, 'base64')));
    const start = bytes.indexOf(`${method} ${target} HTTP/`, 0, 'latin1');
    if (start < 0) continue;
    const end = bytes.indexOf('\r\n\r\n', start, 'latin1');
    return bytes.subarray(start, end < 0 ? bytes.length : end + 4).toString('base64');
  }
  return null;
}
