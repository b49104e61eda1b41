import { captureFilter, type CapturePart } from './capture-filter.ts';
import type { HostShell } from './host-shell.ts';
import { gatherRing } from './ring-files.ts';
import { Tcpdump, type TcpdumpOptions } from './tcpdump.ts';
import { missedPackets } from './tcpdump-words.ts';

export interface CaptureAmount {
  /** `headers`: handshakes, ends and ICMP whole, of all other packets the first `headerBytes`. */
  readonly kept: 'full' | 'headers';
  readonly headerBytes: number;
  /** Most that the files of one device may take together; older packets are overwritten. */
  readonly megabytes: number;
  /** Whether thousands of packets a second are to be expected. */
  readonly isLoad: boolean;
}

/** A device of a host, and where its packets go: a path that ends in `.pcap`, without a number. */
export interface CapturePoint {
  readonly device: string;
  readonly mac: string | null;
  readonly file: string;
}

/** What came of the capture of one device. */
export interface CaptureResult {
  /** In order of time; what is whole before what is cut. */
  readonly files: readonly string[];
  readonly packets: number;
  /** Null: not known. */
  readonly droppedPackets: number | null;
  readonly completeUntilMs: number | null;
  readonly rotatedOut: boolean;
  readonly absentBecause: string | null;
}

/** Room in the kernel: 4 MiB of blocks hold a second of 20,000 small packets, and 2 MiB of frames 1,300 packets of any size. */
const BUFFER_KIB = { load: 4096, other: 2048 } as const;

/** The capture of one device of a host: one tcpdump, or two when most packets are cut. */
export class PacketCapture {
  readonly #dumps: readonly Tcpdump[];

  private constructor(dumps: readonly Tcpdump[]) {
    this.#dumps = dumps;
  }

  /** Ready when everything listens. Never throws: what does not start is said by `stop`. */
  static async start(shell: HostShell, point: CapturePoint, amount: CaptureAmount): Promise<PacketCapture> {
    const dumps: Tcpdump[] = [];
    // One after the other: what they print on starting comes in pieces over the same pipe.
    for (const plan of planDumps(point, amount)) dumps.push(await Tcpdump.start(shell, plan));
    return new PacketCapture(dumps);
  }

  /** Takes what is still in the kernel. */
  async drain(): Promise<void> {
    for (const dump of this.#dumps) await dump.drain();
  }

  /** Ends the capture and puts its files in order. */
  async stop(): Promise<CaptureResult> {
    for (const dump of this.#dumps) await dump.stop();
    const results: CaptureResult[] = [];
    for (const dump of this.#dumps) results.push(await resultOf(dump));
    return {
      files: results.flatMap(({ files }) => files),
      packets: results.reduce((sum, { packets }) => sum + packets, 0),
      droppedPackets: ifAllKnown(
        results.map(({ droppedPackets }) => droppedPackets),
        (all) => all.reduce((sum, one) => sum + one, 0),
      ),
      completeUntilMs: ifAllKnown(
        results.map(({ completeUntilMs }) => completeUntilMs),
        (all) => Math.min(...all),
      ),
      rotatedOut: results.some(({ rotatedOut }) => rotatedOut),
      absentBecause: results.find(({ absentBecause }) => absentBecause !== null)?.absentBecause ?? null,
    };
  }
}

function planDumps(
  { device, mac, file }: CapturePoint,
  { kept, headerBytes, megabytes, isLoad }: CaptureAmount,
): readonly TcpdumpOptions[] {
  const plan = (part: CapturePart, snapLength: number, files: number, share: number): TcpdumpOptions => ({
    ...{ device, filter: captureFilter(part, mac), snapLength, bufferKib: BUFFER_KIB[isLoad ? 'load' : 'other'], batched: isLoad, files },
    file: part === 'everything' ? file : file.replace(/\.pcap$/, part === 'telling' ? '.whole.pcap' : '.headers.pcap'),
    fileMegabytes: Math.max(1, Math.floor((megabytes * share) / files)),
  });
  return kept === 'full' ? [plan('everything', 0, 4, 1)] : [plan('telling', 0, 2, 0.25), plan('rest', headerBytes, 4, 0.75)];
}

const ifAllKnown = (values: readonly (number | null)[], combine: (all: readonly number[]) => number): number | null => {
  const known = values.filter((value) => value !== null);
  return known.length === values.length ? combine(known) : null;
};

async function resultOf(dump: Tcpdump): Promise<CaptureResult> {
  const { counts, options, completeUntilMs } = dump;
  try {
    const { files, packets, rotatedOut } = await gatherRing(options.file, options.files, counts?.captured ?? null);
    // tcpdump says nothing of what it could not write.
    const unwritten = counts === null || rotatedOut ? 0 : Math.max(0, counts.captured - packets);
    return {
      files,
      packets: rotatedOut ? (counts?.captured ?? packets) : packets,
      droppedPackets: counts === null ? null : unwritten + (completeUntilMs === null ? missedPackets(counts) : counts.dropped),
      completeUntilMs,
      rotatedOut,
      absentBecause: dump.failure ?? (unwritten === 0 ? null : `${unwritten} packets could not be written: the disk may be full`),
    };
  } catch (error) {
    const because = `its files cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    return { files: [], packets: 0, droppedPackets: null, completeUntilMs, rotatedOut: false, absentBecause: dump.failure ?? because };
  }
}
