import { isControl } from '../../wire/frame.ts';
import type { FrameSink } from './frame-sink.ts';
import { isForbidden, PartialReader } from './partial-reader.ts';

const FIN = 0x80;

/**
 * Tells `sink` what the bytes `from` to `to` say. Whole messages of one frame are read in place; the rest is left to `partial`, the reader that was returned
 * before. Returns it, or a new one where it became needed.
 */
export function readFrames(sink: FrameSink, partial: PartialReader | null, bytes: Buffer, from: number, to: number): PartialReader | null {
  let reader = partial;
  let at = reader !== null && reader.isWithin ? reader.push(bytes, from, to) : from;
  while (at < to && sink.isReading) {
    const end = wholeFrame(sink, bytes, at, to);
    if (end > 0) {
      at = end;
      continue;
    }
    reader ??= new PartialReader(sink);
    at = reader.push(bytes, at, to);
  }
  return reader;
}

/** Reads a message of one frame, or a control frame, that lies whole here; returns its end, or 0 when there is none. */
function wholeFrame(sink: FrameSink, bytes: Buffer, at: number, to: number): number {
  if (to - at < 2) return 0;
  const first = bytes[at] ?? 0;
  const second = bytes[at + 1] ?? 0;
  let start = at + 2;
  let length = second;
  if (second === 126) {
    if (to - at < 4) return 0;
    length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    start = at + 4;
  } else if (second > 126) return 0;
  const opcode = first & 0x0f;
  const end = start + length;
  if (end > to || (first & FIN) === 0 || isForbidden(first, second, false)) return 0;
  if (isControl(opcode)) sink.control(opcode, bytes, start, end);
  else sink.message(first, bytes, start, end);
  return end;
}
