/** A capture taken apart where its records begin. */
export interface CaptureRecords {
  readonly head: Buffer;
  readonly records: readonly Buffer[];
}

const PCAP_HEAD = 24;
const MOST = 10_000;

/** Records of pcap and blocks of pcapng, as far as their lengths make sense; the rest is the last record. */
export function recordsOf(capture: Buffer): CaptureRecords {
  const isPcapng = capture.length >= 12 && capture.readUInt32BE(0) === 0x0a0d0d0a;
  const isBig = capture.length >= 12 && (isPcapng ? capture.readUInt32BE(8) === 0x1a2b3c4d : capture.readUInt32BE(0) >>> 16 === 0xa1b2);
  const isModified = !isPcapng && capture.length >= 4 && [capture.readUInt32BE(0), capture.readUInt32LE(0)].includes(0xa1b2cd34);
  const recordHead = isModified ? 24 : 16;
  const word = (at: number): number => (isBig ? capture.readUInt32BE(at) : capture.readUInt32LE(at));
  const lengthAt = (at: number): number => (isPcapng ? word(at + 4) : recordHead + word(at + 8));
  const first = isPcapng ? 0 : Math.min(PCAP_HEAD, capture.length);
  const records: Buffer[] = [];
  let at = first;
  while (at + recordHead <= capture.length && records.length < MOST) {
    const length = lengthAt(at);
    if (length < 12 || at + length > capture.length) break;
    records.push(capture.subarray(at, at + length));
    at += length;
  }
  if (at < capture.length) records.push(capture.subarray(at));
  // The section header and the first interface of pcapng stay in front.
  const kept = isPcapng ? Math.min(2, records.length) : 0;
  return { head: Buffer.concat([capture.subarray(0, first), ...records.slice(0, kept)]), records: records.slice(kept) };
}
