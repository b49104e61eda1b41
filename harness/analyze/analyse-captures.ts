import { readFile } from 'node:fs/promises';
import { HarnessError } from '../errors.ts';
import { ANALYSIS_SCHEMA_VERSION, type CaptureAnalysis, type CaptureSeen, type StreamSeen } from '../model/capture-analysis.ts';
import type { UpgradeSeen } from '../model/content-analysis.ts';
import { KeyLogFile } from '../wire/content/tls/key-log.ts';
import { answerOf } from './answer.ts';
import { CaptureAnalyser } from './capture-analyser.ts';
import { captureSeen } from './capture-seen.ts';
import { contrastsOf } from './contrast.ts';
import { sumOfFlags } from './flag-counts.ts';
import { type LoggedStream, matchLegs } from './match-legs.ts';
import type { LeftOut } from './left-out.ts';
import { matchProxies } from './match-proxies.ts';
import { readCapture } from './read-capture.ts';
import { newSegmentBudget, type SegmentBudget } from './segment-log.ts';

/** Version of Wireshark whose labels are followed. */
const LABELS_AS = 'Wireshark 4.0';

export interface AnalysisRequest {
  /** In the order in which they are numbered; `-` is standard input. */
  readonly files: readonly string[];
  /** A TLS key log, to read what is encrypted. */
  readonly keyLogFile: string | null;
  readonly toolVersion: string;
  /** Aborted on Ctrl-C: what was read until then is analysed. */
  readonly signal: AbortSignal;
  readonly onProgress: (file: string, index: number, readBytes: number, totalBytes: number | null) => void;
}

/** One capture, analysed. */
interface Read {
  readonly capture: CaptureSeen;
  readonly streams: readonly StreamSeen[];
  readonly upgrades: readonly UpgradeSeen[];
  readonly logged: readonly LoggedStream[];
  readonly leftOut: LeftOut;
}

/** The outcome: files that could not be read are named with the reason, the others are analysed all the same. */
export interface AnalysisResult {
  readonly analysis: CaptureAnalysis;
  readonly unreadable: readonly HarnessError[];
}

/**
 * Reads captures one after the other, in one pass each, and puts together what they show. Throws CAPTURE_ERR_NOT_FOUND or CAPTURE_ERR_UNREADABLE when not
 * one of them could be read, RUN_ERR_INTERRUPTED when that was for Ctrl-C, and CAPTURE_ERR_KEYLOG for a key log that cannot.
 */
export async function analyseCaptures(request: AnalysisRequest): Promise<AnalysisResult> {
  const keyLog = await keyLogOf(request.keyLogFile);
  const segments = request.files.length > 1 ? newSegmentBudget() : null;
  const reads: Read[] = [];
  const unreadable: HarnessError[] = [];
  for (const [index, file] of request.files.entries()) {
    if (request.signal.aborted && index > 0) break;
    try {
      reads.push(await readOne(request, index, reads.length, { keyLog, segments }));
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error;
      unreadable.push(error);
    }
    request.onProgress(file, index, 1, 1);
  }
  const [first] = unreadable;
  if (reads.length === 0 && request.signal.aborted)
    throw new HarnessError('RUN_ERR_INTERRUPTED', 'interrupted before anything could be read');
  if (reads.length === 0 && first !== undefined) throw first;
  return { analysis: putTogether(reads, request.toolVersion), unreadable };
}

async function keyLogOf(file: string | null): Promise<KeyLogFile> {
  const keyLog = new KeyLogFile();
  if (file === null) return keyLog;
  const text = await readFile(file).catch((cause: unknown) => {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new HarnessError('CAPTURE_ERR_KEYLOG', `expected a TLS key log, got ${code} for ${file}`, { cause, place: { file } });
  });
  const understood = keyLog.add(text);
  if (understood > 0) return keyLog;
  const [problem] = keyLog.problems;
  throw new HarnessError(
    'CAPTURE_ERR_KEYLOG',
    `expected lines of a TLS key log (label, client random, secret), saw ${problem?.message ?? 'none'}`,
    {
      place: { file, ...(problem === undefined ? {} : { line: problem.line }) },
    },
  );
}

async function readOne(
  request: AnalysisRequest,
  fileIndex: number,
  capture: number,
  { keyLog, segments }: { readonly keyLog: KeyLogFile; readonly segments: SegmentBudget | null },
): Promise<Read> {
  const name = request.files[fileIndex] ?? '';
  const analyser = new CaptureAnalyser({ capture, keyLog, segments });
  const file = await readCapture(name, analyser, {
    signal: request.signal,
    onProgress: (readBytes, totalBytes) => request.onProgress(name, fileIndex, readBytes, totalBytes),
  });
  const streams: StreamSeen[] = [];
  const upgrades: UpgradeSeen[] = [];
  const logged: LoggedStream[] = [];
  for (const { seen, upgrades: found, log } of analyser.summaries()) {
    streams.push(seen);
    upgrades.push(...found);
    if (log !== null) logged.push({ seen, log, epochSeconds: analyser.epochSeconds });
  }
  return { capture: captureSeen(file, analyser, streams), streams, upgrades, logged, leftOut: analyser.leftOut };
}

function putTogether(reads: readonly Read[], version: string): CaptureAnalysis {
  const captures = reads.map(({ capture }) => capture);
  const streams = reads.flatMap((read) => read.streams);
  const upgrades = reads.flatMap((read) => read.upgrades);
  const analysis: CaptureAnalysis = {
    schemaVersion: ANALYSIS_SCHEMA_VERSION,
    tool: { name: 'hopscope', version },
    labelsAs: LABELS_AS,
    answer: [],
    captures,
    tcp: {
      streams: reads.reduce((sum, { leftOut }) => sum + leftOut.streams, streams.length),
      packets: captures.reduce((sum, { tcpPackets }) => sum + tcpPackets, 0),
      flags: sumOfFlags([...streams, ...reads.map(({ leftOut }) => leftOut)].map(({ flags }) => flags)),
      resentSegs: streams.reduce((sum, { resent }) => sum + resent.aToB.segs + resent.bToA.segs, 0),
    },
    upgrades,
    contrasts: contrastsOf(upgrades, captures),
    legs: matchLegs(reads.map(({ logged }) => logged)),
    proxies: matchProxies(upgrades, streams),
    streams,
    websocket: webSocketTotals(streams),
  };
  return { ...analysis, answer: answerOf(analysis) };
}

function webSocketTotals(streams: readonly StreamSeen[]): CaptureAnalysis['websocket'] {
  const byOpcode: Record<string, number> = {};
  let frames = 0;
  for (const { webSocket } of streams) {
    frames += webSocket?.frames ?? 0;
    for (const [opcode, count] of Object.entries(webSocket?.byOpcode ?? {})) byOpcode[opcode] = (byOpcode[opcode] ?? 0) + count;
  }
  return { frames, byOpcode };
}
