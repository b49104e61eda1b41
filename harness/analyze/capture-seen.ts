import type { CaptureSeen, StreamSeen } from '../model/capture-analysis.ts';
import type { CaptureAnalyser } from './capture-analyser.ts';
import type { CaptureFile } from './read-capture.ts';
import { unixMs } from './unix-ms.ts';

/** What is to be said about a capture itself, once it was read. */
export function captureSeen(file: CaptureFile, analyser: CaptureAnalyser, streams: readonly StreamSeen[]): CaptureSeen {
  const { decoder, epochSeconds, firstTimeNs, lastTimeNs } = analyser;
  const isTimed = firstTimeNs <= lastTimeNs;
  return {
    file: file.file,
    format: file.compression === null ? file.format : `${file.format}, ${file.compression}`,
    linkType: file.linkType,
    packets: file.packets,
    bytes: file.bytes,
    truncated: file.truncated,
    dropped: file.dropped,
    startedAtMs: isTimed ? unixMs(epochSeconds, firstTimeNs) : null,
    endedAtMs: isTimed ? unixMs(epochSeconds, lastTimeNs) : null,
    tcpPackets: analyser.tcpPackets,
    cutPackets: decoder.cutPackets,
    capturedTwice: streams.reduce((sum, { capturedTwice }) => sum + capturedTwice, 0),
    notAnalysed: Object.fromEntries(decoder.notTcp),
    notes: [...file.notes, ...leftOutNote(analyser.leftOut.streams)],
    hostNames: Object.fromEntries(analyser.hostNames),
  };
}

const leftOutNote = (streams: number): readonly string[] =>
  streams === 0 ? [] : [`${streams} more connections on which nothing happened are counted and not listed`];
