import type { CapturedPacket, CaptureEvents } from '../wire/capture/captured-packet.ts';
import { PacketDecoder } from '../wire/capture/packet-decoder.ts';
import { newContentBudget } from '../wire/content/content-budget.ts';
import { KeyLogFile } from '../wire/content/tls/key-log.ts';
import { destinationText, sourceText } from '../wire/tcp/endpoint.ts';
import { TcpOptions } from '../wire/tcp/options.ts';
import { StreamTable } from '../wire/tcp/stream-table.ts';
import { TcpSegment } from '../wire/tcp/tcp-segment.ts';
import { AnalysedStream, type StreamSettings } from './analysed-stream.ts';
import { isPlain, LeftOut } from './left-out.ts';
import type { SegmentBudget, SegmentLog } from './segment-log.ts';
import { type SeenStream, seenStream } from './stream-seen.ts';

/** Type of a Decryption Secrets Block that holds a TLS key log (pcapng, section 4.7). */
const TLS_KEY_LOG = 0x544c534b;
/** A stream that is silent for so long gives memory back. Copies of a packet are never so far apart. */
const REST_NS = 2e9;

/** Beyond so many streams, those that are over and on which nothing happened are counted and not listed. */
const MANY_STREAMS = 20_000;

export interface AnalyserSettings {
  /** Place of the capture among those that are analysed together. */
  readonly capture: number;
  /** What `--keylog` gave; secrets in the capture are added to it. */
  readonly keyLog: KeyLogFile;
  /** Set when the capture is compared with another one, packet by packet. */
  readonly segments: SegmentBudget | null;
}

/** Takes the packets of one capture, in one pass, and keeps what its streams have shown. */
export class CaptureAnalyser implements CaptureEvents {
  readonly decoder = new PacketDecoder();
  readonly hostNames = new Map<string, string>();
  readonly table: StreamTable<AnalysedStream>;
  epochSeconds = 0;
  firstTimeNs = Number.POSITIVE_INFINITY;
  lastTimeNs = Number.NEGATIVE_INFINITY;
  tcpPackets = 0;
  readonly #segment = new TcpSegment();
  readonly #keyLog: KeyLogFile;
  readonly #budget = newContentBudget();
  readonly #segments: SegmentBudget | null;
  readonly #options = new TcpOptions();
  /** Streams of which only labels were kept, once all are summed up. */
  readonly leftOut = new LeftOut();
  readonly #capture: number;
  readonly #early = new Map<number, SeenStream>();
  #awake: AnalysedStream[] = [];
  #sweptNs = 0;

  constructor({ capture, keyLog, segments }: AnalyserSettings) {
    this.#capture = capture;
    this.#keyLog = keyLog;
    this.#segments = segments;
    this.table = new StreamTable((index, segment) => new AnalysedStream(index, this.#endsOf(segment), this.#streamSettings()));
  }

  epoch(seconds: number): void {
    this.epochSeconds = seconds;
  }

  packet(packet: CapturedPacket): void {
    if (packet.timeNs < this.firstTimeNs) this.firstTimeNs = packet.timeNs;
    if (packet.timeNs > this.lastTimeNs) this.lastTimeNs = packet.timeNs;
    const segment = this.#segment;
    if (!this.decoder.decode(packet, segment)) return;
    this.tcpPackets += 1;
    const stream = this.table.find(segment);
    if (stream.analyses === null && segment.length > 0 && !this.#early.has(stream.index)) stream.resume();
    stream.observe(segment, this.table.direction);
    if (stream.isAtRest) {
      stream.isAtRest = false;
      this.#awake.push(stream);
    }
    if (Math.abs(packet.timeNs - this.#sweptNs) > REST_NS) this.#sweep(packet.timeNs);
  }

  /** Sums the streams up in their order and lets go of each, so that there never is all of both. Once, at the end. */
  *summaries(): Generator<SeenStream & { readonly log: SegmentLog | null }, undefined> {
    this.#awake = [];
    const streams = this.table.streams.toReversed();
    this.table.streams.length = 0;
    for (let stream = streams.pop(); stream !== undefined; stream = streams.pop()) {
      const early = this.#early.get(stream.index);
      const log = stream.analyses?.log ?? null;
      const summary = early ?? seenStream(stream, this.#capture, this);
      if (summary === null) this.leftOut.add(stream);
      else yield { ...summary, log };
    }
  }

  secrets(type: number, bytes: Buffer): void {
    if (type === TLS_KEY_LOG) this.#keyLog.add(bytes);
  }

  hostName(address: string, name: string): void {
    if (this.hostNames.size < 1000) this.hostNames.set(address, name);
  }

  /** A capture may show a million connections, of which few are alive at a time. */
  #sweep(nowNs: number): void {
    this.#sweptNs = nowNs;
    const awake: AnalysedStream[] = [];
    for (const stream of this.#awake) {
      if (Math.abs(nowNs - stream.lastNs) < REST_NS) awake.push(stream);
      else if (stream.index >= MANY_STREAMS && this.#segments === null && stream.analyses?.transport.isOver === true) this.#sumUp(stream);
      else stream.rest();
    }
    this.#awake = awake;
  }

  /** Of the many, one that is over is summed up at once, and when nothing happened on it, its labels are all that is kept. */
  #sumUp(stream: AnalysedStream): void {
    stream.isAtRest = true;
    const summary = seenStream(stream, this.#capture, this);
    stream.analyses = null;
    if (summary !== null && !isPlain(summary)) this.#early.set(stream.index, summary);
  }

  #endsOf(segment: TcpSegment): { readonly a: string; readonly b: string } {
    return { a: sourceText(segment), b: destinationText(segment) };
  }

  #streamSettings(): StreamSettings {
    return {
      epochSeconds: this.epochSeconds,
      keyLog: this.#keyLog,
      segments: this.#segments,
      budget: this.#budget,
      options: this.#options,
    };
  }
}
