import type { ContentBudget } from '../wire/content/content-budget.ts';
import type { KeyLog } from '../wire/content/content-facts.ts';
import { StreamContent } from '../wire/content/stream-content.ts';
import type { StreamDirection } from '../wire/tcp/label.ts';
import type { TcpOptions } from '../wire/tcp/options.ts';
import { StreamLabels } from '../wire/tcp/stream-labels.ts';
import type { TcpSegment } from '../wire/tcp/tcp-segment.ts';
import { StreamTransport } from '../wire/tcp/transport/stream-transport.ts';
import { FlagCounter } from './flag-counts.ts';
import { type SegmentBudget, SegmentLog } from './segment-log.ts';

/** What the streams of one capture share. */
export interface StreamSettings {
  readonly epochSeconds: number;
  readonly keyLog: KeyLog | null;
  /** Set when headers are kept, to be compared with another capture. */
  readonly segments: SegmentBudget | null;
  readonly budget: ContentBudget;
  /** Scratch room. */
  readonly options: TcpOptions;
}

/** What is worth much memory: the analyses of a stream, without Wireshark's labels. */
interface Analyses {
  readonly transport: StreamTransport;
  readonly content: StreamContent;
  readonly log: SegmentLog | null;
}

/** One TCP connection while its capture is read: the three analyses of it side by side. */
export class AnalysedStream {
  readonly index: number;
  readonly a: string;
  readonly b: string;
  readonly labels: StreamLabels;
  readonly flags: readonly [FlagCounter, FlagCounter] = [new FlagCounter(), new FlagCounter()];
  /** Null once the stream was summed up or left out before its capture ended. */
  analyses: Analyses | null;
  readonly #settings: StreamSettings;
  /** Of the latest packet. */
  lastNs = 0;
  /** Has given back what only a busy stream needs. */
  isAtRest = true;

  constructor(index: number, ends: { readonly a: string; readonly b: string }, settings: StreamSettings) {
    this.index = index;
    this.a = ends.a;
    this.b = ends.b;
    this.labels = new StreamLabels(settings.epochSeconds);
    this.#settings = settings;
    this.analyses = newAnalyses(settings);
  }

  observe(segment: TcpSegment, direction: StreamDirection): void {
    this.lastNs = segment.timeNs;
    const labels = this.labels.observe(segment, direction);
    if (labels !== 0) this.flags[direction].add(labels);
    const { analyses } = this;
    // Wireshark's labels count a frame that was captured twice, everything else must not see it again.
    if (analyses === null || !analyses.transport.observe(segment, direction, labels)) return;
    analyses.content.observe(segment, direction);
    if (analyses.log !== null) analyses.log.add(segment, direction);
  }

  /** Analyses the stream from here on: it was left out, and goes on after all. */
  resume(): void {
    this.analyses = newAnalyses(this.#settings);
  }

  /** Gives memory back when nothing has come for a while; whatever comes later is treated the same. */
  rest(): void {
    this.isAtRest = true;
    this.analyses?.transport.rest();
  }
}

const newAnalyses = (settings: StreamSettings): Analyses => ({
  transport: new StreamTransport(settings.epochSeconds, settings.options),
  content: new StreamContent({ keyLog: settings.keyLog, budget: settings.budget }),
  log: settings.segments === null ? null : new SegmentLog(settings.segments),
});
