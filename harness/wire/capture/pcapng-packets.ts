import type { CaptureSink } from './capture-sink.ts';
import { uint16, uint32 } from './integers.ts';
import type { PcapngInterface } from './pcapng-interface.ts';
import { option64, padded } from './pcapng-options.ts';
import { MAX_PACKET } from './record-reader.ts';

/*
 * The blocks that hold packets (draft-ietf-opsawg-pcapng sections 4.3, 4.4 and appendix A). Each reads the body `bytes[from, to)` and returns what is
 * wrong with it, or null.
 */

const EPB_DROPCOUNT = 4;
const NO_INTERFACE = 'names an interface that is not described';
const TOO_LONG = 'says that it holds more bytes than it has';
/** Of the old packet block: the number of lost packets is not known. */
const UNKNOWN_DROPS = 0xffff;

export function readEnhancedPacket(
  bytes: Buffer,
  from: number,
  to: number,
  isBig: boolean,
  interfaces: readonly PcapngInterface[],
  sink: CaptureSink,
): string | null {
  if (to - from < 20) return TOO_LONG;
  const source = interfaces[uint32(bytes, from, isBig)];
  if (source === undefined) return NO_INTERFACE;
  const captured = uint32(bytes, from + 12, isBig);
  const start = from + 20;
  if (captured > to - start || captured > MAX_PACKET) return TOO_LONG;
  const { clock } = source;
  clock.set(uint32(bytes, from + 4, isBig), uint32(bytes, from + 8, isBig));
  const end = start + captured;
  const options = start + padded(captured);
  if (options < to) readDropCount(bytes, options, to, isBig, source, sink);
  sink.packet(bytes, start, end, uint32(bytes, from + 16, isBig), source, clock.seconds, clock.ns);
  return null;
}

function readDropCount(bytes: Buffer, from: number, to: number, isBig: boolean, source: PcapngInterface, sink: CaptureSink): void {
  const drops = option64(bytes, from, to, isBig, EPB_DROPCOUNT);
  if (drops !== null) sink.drop(source.addLost(drops));
}

/** The packet block that the enhanced one replaced. */
export function readOldPacket(
  bytes: Buffer,
  from: number,
  to: number,
  isBig: boolean,
  interfaces: readonly PcapngInterface[],
  sink: CaptureSink,
): string | null {
  if (to - from < 20) return TOO_LONG;
  const source = interfaces[uint16(bytes, from, isBig)];
  if (source === undefined) return NO_INTERFACE;
  const captured = uint32(bytes, from + 12, isBig);
  const start = from + 20;
  if (captured > to - start || captured > MAX_PACKET) return TOO_LONG;
  const drops = uint16(bytes, from + 2, isBig);
  if (drops !== UNKNOWN_DROPS && drops > 0) sink.drop(source.addLost(drops));
  source.clock.set(uint32(bytes, from + 4, isBig), uint32(bytes, from + 8, isBig));
  sink.packet(bytes, start, start + captured, uint32(bytes, from + 16, isBig), source, source.clock.seconds, source.clock.ns);
  return null;
}

/** A packet of the first interface, without a time and without its captured length. */
export function readSimplePacket(
  bytes: Buffer,
  from: number,
  to: number,
  isBig: boolean,
  interfaces: readonly PcapngInterface[],
  sink: CaptureSink,
): string | null {
  if (to - from < 4) return TOO_LONG;
  const source = interfaces[0];
  if (source === undefined) return NO_INTERFACE;
  const original = uint32(bytes, from, isBig);
  const limit = source.snapLength === 0 ? original : Math.min(original, source.snapLength);
  if (limit > to - from - 4 || limit > MAX_PACKET) return TOO_LONG;
  sink.timelessPacket(bytes, from + 4, from + 4 + limit, original, source);
  return null;
}
