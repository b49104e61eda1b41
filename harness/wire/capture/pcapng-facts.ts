import { ipv4Text, ipv6Text } from '../tcp/endpoint.ts';
import type { CaptureSink } from './capture-sink.ts';
import { i32, uint16, uint32 } from './integers.ts';
import type { PcapngInterface } from './pcapng-interface.ts';
import { option64, padded } from './pcapng-options.ts';

/* The blocks that tell things about a capture (draft-ietf-opsawg-pcapng sections 4.5 to 4.7). Each reads the body `bytes[from, to)`. */

const ISB_IFDROP = 5;
const ISB_OSDROP = 7;
const NRB_RECORD_IPV4 = 1;
const NRB_RECORD_IPV6 = 2;
/** Longest host name of the DNS (RFC 1035 section 2.3.4). */
const MAX_NAME = 255;

/** Interface statistics: packets that the interface and the operating system lost since the capture began. */
export function readStatistics(
  bytes: Buffer,
  from: number,
  to: number,
  isBig: boolean,
  interfaces: readonly PcapngInterface[],
  sink: CaptureSink,
): void {
  const source = to - from < 12 ? undefined : interfaces[uint32(bytes, from, isBig)];
  if (source === undefined) return;
  const byInterface = option64(bytes, from + 12, to, isBig, ISB_IFDROP);
  const bySystem = option64(bytes, from + 12, to, isBig, ISB_OSDROP);
  if (byInterface === null && bySystem === null) return;
  sink.drop(source.setLost((byInterface ?? 0) + (bySystem ?? 0)));
}

/** Name resolution: addresses with the names they had on the machine that captured. */
export function readNames(bytes: Buffer, from: number, to: number, isBig: boolean, sink: CaptureSink): void {
  if (sink.events.hostName === undefined) return;
  for (let at = from; to - at >= 4; ) {
    const type = uint16(bytes, at, isBig);
    const value = at + 4;
    const end = value + uint16(bytes, at + 2, isBig);
    if (type === 0 || end > to) return;
    if (type === NRB_RECORD_IPV4 && end - value > 4) tellNames(ipv4Text(i32(bytes, value)), bytes, value + 4, end, sink);
    if (type === NRB_RECORD_IPV6 && end - value > 16) tellNames(ipv6At(bytes, value), bytes, value + 16, end, sink);
    at = value + padded(end - value);
  }
}

const ipv6At = (bytes: Buffer, at: number): string =>
  ipv6Text(i32(bytes, at) >>> 0, i32(bytes, at + 4) >>> 0, i32(bytes, at + 8) >>> 0, i32(bytes, at + 12) >>> 0);

/** Names end with a NUL each. */
function tellNames(address: string, bytes: Buffer, from: number, to: number, sink: CaptureSink): void {
  const names = bytes.toString('utf8', from, to).split('\0');
  for (const name of names) if (name !== '' && name.length <= MAX_NAME) sink.events.hostName?.(address, name);
}

/** Decryption secrets, such as the TLS key log. */
export function readSecrets(bytes: Buffer, from: number, to: number, isBig: boolean, sink: CaptureSink): void {
  if (to - from < 8 || sink.events.secrets === undefined) return;
  const length = Math.min(uint32(bytes, from + 4, isBig), to - from - 8);
  sink.events.secrets(uint32(bytes, from, isBig), bytes.subarray(from + 8, from + 8 + length));
}
