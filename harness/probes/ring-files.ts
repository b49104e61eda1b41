import { createReadStream } from 'node:fs';
import { open, rename, stat } from 'node:fs/promises';

/** Files of one capture, in order of time. */
export interface RingFiles {
  readonly files: readonly string[];
  /** Whole packets in them. */
  readonly packets: number;
  /** Whether every place of the ring is taken and packets are missing that were written. */
  readonly rotatedOut: boolean;
}

/** Sizes of a pcap file's head and of the head of each packet, and the magic number of a file with nanoseconds. */
const FILE_HEAD = 24;
const PACKET_HEAD = 16;
const MAGIC = 0xa1b23c4d;
const ENDING = '.pcap';

/**
 * Takes the files that `tcpdump -C -W` left at `base` (`client.pcap0`, `client.pcap1` ...) and gives them names in order of time:
 * `client.pcap`, or `client.1.pcap`, `client.2.pcap` ... `captured`: how many packets were taken; null when that is not known.
 */
export async function gatherRing(base: string, count: number, captured: number | null): Promise<RingFiles> {
  const found = (await Promise.all(Array.from({ length: count }, (_, index) => firstTime(`${base}${index}`)))).filter(
    (one) => one !== null,
  );
  const ordered = found.sort((a, b) => a.firstNs - b.firstNs).map(({ file }) => file);
  let packets = 0;
  for (const file of ordered) packets += await countPackets(file);
  const rotatedOut = ordered.length === count && captured !== null && packets < captured;
  const stem = base.slice(0, -ENDING.length);
  const files = ordered.map((_, index) => (ordered.length === 1 ? base : `${stem}.${index + 1}${ENDING}`));
  for (const [index, file] of ordered.entries()) await rename(file, files[index] ?? file);
  return { files, packets, rotatedOut };
}

/** Time of the first packet; a file without one was begun last. Null: there is no such file. */
async function firstTime(file: string): Promise<{ readonly file: string; readonly firstNs: number } | null> {
  const handle = await open(file, 'r').catch(() => null);
  if (handle === null) return null;
  try {
    const head = Buffer.alloc(FILE_HEAD + PACKET_HEAD);
    const { bytesRead } = await handle.read(head, 0, head.length, 0);
    if (bytesRead < head.length) return { file, firstNs: Number.POSITIVE_INFINITY };
    const read = head.readUInt32LE(0) === MAGIC ? (at: number) => head.readUInt32LE(at) : (at: number) => head.readUInt32BE(at);
    return { file, firstNs: read(FILE_HEAD) * 1e9 + read(FILE_HEAD + 4) };
  } finally {
    await handle.close();
  }
}

/** Whole packets of a pcap file. */
export async function countPackets(file: string): Promise<number> {
  if ((await stat(file)).size < FILE_HEAD) return 0;
  let packets = 0;
  let swapped = false;
  /** Bytes to pass over before the next head, and what there is of that head. */
  let skip = FILE_HEAD;
  let head = Buffer.alloc(0);
  let isFirst = true;
  for await (const read of createReadStream(file, { highWaterMark: 4 << 20 }) as AsyncIterable<Buffer>) {
    const chunk = head.length === 0 ? read : Buffer.concat([head, read]);
    if (isFirst) swapped = chunk.readUInt32LE(0) !== MAGIC;
    isFirst = false;
    let at = skip;
    while (at + PACKET_HEAD <= chunk.length) {
      at += PACKET_HEAD + (swapped ? chunk.readUInt32BE(at + 8) : chunk.readUInt32LE(at + 8));
      packets++;
    }
    head = Buffer.from(chunk.subarray(Math.min(at, chunk.length)));
    skip = Math.max(0, at - chunk.length);
  }
  return skip > 0 ? packets - 1 : packets;
}
