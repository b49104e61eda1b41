import { HarnessError } from '../errors.ts';

/** A main config that is larger is not one. */
const MAX_MAIN_BYTES = 4 << 20;
const NEWLINE = 0x0a;

/** The text of bytes when they are UTF-8 without NUL; every character is kept, a byte order mark too. Null when they are not. */
export function textOf(bytes: Uint8Array): string | null {
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** The text of a config that the user named. Throws CONFIG_ERR_UNREADABLE with the place of the first byte that cannot be in one. */
export function configText(bytes: Uint8Array, label: string): string {
  if (bytes.length > MAX_MAIN_BYTES)
    throw new HarnessError(
      'CONFIG_ERR_UNREADABLE',
      `expected a config of at most ${String(MAX_MAIN_BYTES >> 20)} MiB, got ${String(bytes.length)} bytes`,
      { place: { file: label } },
    );
  const text = textOf(bytes);
  if (text !== null) return text;
  const nul = bytes.indexOf(0);
  const offset = nul === -1 ? firstBadByte(bytes) : nul;
  const before = bytes.subarray(0, offset);
  const lineStart = before.lastIndexOf(NEWLINE) + 1;
  const line = 1 + before.reduce((count, byte) => count + (byte === NEWLINE ? 1 : 0), 0);
  const seen = nul === -1 ? `the byte 0x${(bytes[offset] ?? 0).toString(16)}, which is not UTF-8` : 'a NUL byte, as binary files have';
  throw new HarnessError('CONFIG_ERR_UNREADABLE', `expected a config in UTF-8 text, got ${seen}`, {
    place: { file: label, line, column: 1 + offset - lineStart },
  });
}

/** Where the first sequence that is not UTF-8 begins. By bisection: what decodes as the beginning of a stream is a prefix of what does. */
function firstBadByte(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (decodesSoFar(bytes.subarray(0, middle))) good = middle;
    else bad = middle;
  }
  // The beginning of a sequence decodes so far; what is wrong is that it does not go on.
  const lead = [3, 2, 1].find((back) => sequenceLength(bytes[good - back] ?? 0) > back);
  return lead === undefined ? good : good - lead;
}

/** RFC 3629 section 3, by the first byte; 1 for any other. */
const sequenceLength = (byte: number): number => (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1);

function decodesSoFar(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
