import { readFile } from 'node:fs/promises';
import { CaptureParser } from '../wire/capture/capture-parser.ts';
import type { CapturedPacket } from '../wire/capture/captured-packet.ts';
import { KeyLogFile } from '../wire/content/tls/key-log.ts';
import { CaptureAnalyser } from './capture-analyser.ts';
import type { LoggedStream } from './match-legs.ts';
import { newSegmentBudget } from './segment-log.ts';
import { unixMs } from './unix-ms.ts';

/** The streams that the captures of one interface show. */
export interface AnalysedCapture {
  readonly streams: readonly LoggedStream[];
  readonly packets: number;
}

/** Where a packet lies, in whole Unix seconds and nanoseconds after them. */
interface Found {
  readonly packet: CapturedPacket;
  readonly epochSeconds: number;
}

/**
 * Analyses what one interface saw, out of the files of its capture: parts of a rotation, or heads and bulk kept apart. They are played in order of time as
 * one capture; packets later than `untilMs` are left out. Made for the bounded captures of a run: the files are held in memory. A file that cannot be read counts as empty.
 */
export async function analyseInterface(files: readonly string[], untilMs: number): Promise<AnalysedCapture> {
  const isInTime = ({ packet, epochSeconds }: Found): boolean => unixMs(epochSeconds, packet.timeNs) <= untilMs;
  const found = (await Promise.all(files.map(packetsOf))).flat().filter(isInTime);
  const epochSeconds = found.reduce((least, one) => Math.min(least, one.epochSeconds), found[0]?.epochSeconds ?? 0);
  const analyser = new CaptureAnalyser({ capture: 0, keyLog: new KeyLogFile(), segments: newSegmentBudget() });
  analyser.epoch(epochSeconds);
  const timed = found.map(({ packet, epochSeconds: own }) => ({ ...packet, timeNs: packet.timeNs + (own - epochSeconds) * 1e9 }));
  timed.sort((one, other) => one.timeNs - other.timeNs);
  timed.forEach((packet, index) => analyser.packet({ ...packet, number: index + 1 }));
  const streams = [...analyser.summaries()].flatMap(({ seen, log }) => (log === null ? [] : [{ seen, log, epochSeconds }]));
  return { streams, packets: found.length };
}

async function packetsOf(file: string): Promise<readonly Found[]> {
  const bytes = await readFile(file).catch(() => Buffer.alloc(0));
  const packets: CapturedPacket[] = [];
  const parser = new CaptureParser({ packet: (packet) => packets.push({ ...packet }) });
  parser.push(bytes);
  parser.end();
  return packets.map((packet) => ({ packet, epochSeconds: parser.epochSeconds }));
}
