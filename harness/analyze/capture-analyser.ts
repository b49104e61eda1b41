import type { CapturedPacket, CaptureEvents } from '../wire/capture/captured-packet.ts';
import { PacketDecoder } from '../wire/capture/packet-decoder.ts';
import { newContentBudget } from '../wire/content/content-budget.ts';
import { KeyLogFile } from '../wire/content/tls/key-log.ts';
import { destinationText, sourceText } from '../wire/tcp/endpoint.ts';
import { StreamTable } from '../wire/tcp/stream-table.ts';
import { TcpSegment } from '../wire/tcp/tcp-segment.ts';
import { AnalysedStream, type StreamSettings } from './analysed-stream.ts';
import type { SegmentBudget } from './segment-log.ts';

/** Type of a Decryption Secrets Block that holds a TLS key log (pcapng, section 4.7). */
const TLS_KEY_LOG = 0x544c534b;

export interface AnalyserSettings {
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

  constructor({ keyLog, segments }: AnalyserSettings) {
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
    stream.observe(segment, this.table.direction);
  }

  secrets(type: number, bytes: Buffer): void {
    if (type === TLS_KEY_LOG) this.#keyLog.add(bytes);
  }

  hostName(address: string, name: string): void {
    if (this.hostNames.size < 1000) this.hostNames.set(address, name);
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
    };
  }
}
