/*
 * Integers out of packets, by plain byte arithmetic: on the path of every packet it is faster than Buffer's methods, and past the end of the
 * buffer it reads zeros instead of throwing.
 */

/** Network order. */
export const u16 = (bytes: Buffer, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

export const u16le = (bytes: Buffer, at: number): number => (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);

/** Network order, signed: for words that are compared, not counted with. */
export const i32 = (bytes: Buffer, at: number): number =>
  ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);

/** Network order, unsigned. */
export const u32 = (bytes: Buffer, at: number): number => i32(bytes, at) >>> 0;

export const u32le = (bytes: Buffer, at: number): number =>
  ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)) >>> 0;

/** Of a format that is written in the byte order of the machine that wrote it. */
export const uint16 = (bytes: Buffer, at: number, isBig: boolean): number => (isBig ? u16(bytes, at) : u16le(bytes, at));

export const uint32 = (bytes: Buffer, at: number, isBig: boolean): number => (isBig ? u32(bytes, at) : u32le(bytes, at));
