import { uint16, uint32 } from './integers.ts';

/** Bytes that a field of a pcapng block takes: fields are padded to 32 bits. */
export const padded = (length: number): number => (length + 3) & ~3;

/** Where the value of the first option of this code begins, in the options `bytes[from, to)`; -1: there is none, or it is cut. */
export function optionAt(bytes: Buffer, from: number, to: number, isBig: boolean, code: number): number {
  let at = from;
  while (to - at >= 4) {
    const found = uint16(bytes, at, isBig);
    const length = uint16(bytes, at + 2, isBig);
    if (found === 0 || at + 4 + length > to) return -1;
    if (found === code) return at + 4;
    at += 4 + padded(length);
  }
  return -1;
}

/** Length of the option whose value begins at `at`. */
export const optionLength = (bytes: Buffer, at: number, isBig: boolean): number => uint16(bytes, at - 2, isBig);

/** An unsigned 64-bit option as a number, exact to 2^53; null when it is absent or of another length. */
export function option64(bytes: Buffer, from: number, to: number, isBig: boolean, code: number): number | null {
  const signed = optionSigned64(bytes, from, to, isBig, code);
  return signed === null || signed >= 0 ? signed : signed + 2 ** 64;
}

/** The same for a signed one. */
export function optionSigned64(bytes: Buffer, from: number, to: number, isBig: boolean, code: number): number | null {
  const at = optionAt(bytes, from, to, isBig, code);
  if (at < 0 || optionLength(bytes, at, isBig) !== 8) return null;
  const high = uint32(bytes, isBig ? at : at + 4, isBig) | 0;
  return high * 0x1_0000_0000 + uint32(bytes, isBig ? at + 4 : at, isBig);
}

/** An option of text, at most 200 characters of it; null when it is absent. */
export function optionText(bytes: Buffer, from: number, to: number, isBig: boolean, code: number): string | null {
  const at = optionAt(bytes, from, to, isBig, code);
  if (at < 0) return null;
  const [text = ''] = bytes.toString('utf8', at, at + Math.min(optionLength(bytes, at, isBig), 200)).split('\0');
  return text;
}
