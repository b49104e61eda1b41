import { CaptureAnalyser } from '../../harness/analyze/capture-analyser.ts';
import { newSegmentBudget } from '../../harness/analyze/segment-log.ts';
import type { StreamSeen } from '../../harness/model/capture-analysis.ts';
import type { UpgradeSeen } from '../../harness/model/content-analysis.ts';
import { CaptureParser } from '../../harness/wire/capture/capture-parser.ts';
import { KeyLogFile } from '../../harness/wire/content/tls/key-log.ts';
import { LABELS } from '../../harness/wire/tcp/label.ts';
import type { Random } from './mutate-capture.ts';

/** What of the text and the lists of one input may be kept, whatever is in it. */
const MOST_TEXT = 2_000_000;
const MOST_ITEMS = 500_000;
/** Times may lie before 1970 or before one another; no other number is negative. */
const MAY_BE_NEGATIVE = /AtMs$|^overTime|^\d+$|^elapsedMs$|^agoMs$/;

export interface CheckedCapture {
  readonly packets: number;
  readonly streams: number;
}

/** Reads a capture in pieces and sums every stream up. Throws what it throws, or what is wrong with the outcome. */
export function checkCapture(capture: Buffer, random: Random): CheckedCapture {
  const analyser = new CaptureAnalyser({ capture: 0, keyLog: new KeyLogFile(), segments: random() < 0.2 ? newSegmentBudget(1000) : null });
  const parser = new CaptureParser(analyser);
  pushInPieces(parser, capture, random);
  parser.end();
  const seen = [...analyser.summaries()];
  let packets = 0;
  for (const [index, { seen: stream, upgrades }] of seen.entries()) {
    packets += stream.packets.aToB + stream.packets.bToA;
    checkStream(stream, index, upgrades);
  }
  must(packets === analyser.tcpPackets, `streams hold ${packets} packets of ${analyser.tcpPackets}`);
  must(analyser.tcpPackets <= parser.packets, 'more TCP packets than packets');
  checkValues({ seen, notes: parser.notes, names: Object.fromEntries(analyser.decoder.notTcp) });
  return { packets: parser.packets, streams: seen.length };
}

function pushInPieces(parser: CaptureParser, capture: Buffer, random: Random): void {
  const most = [capture.length, 1, 7, 64, 1000][Math.floor(random() * 9)] ?? capture.length;
  for (let at = 0; at < capture.length; ) {
    const end = Math.min(capture.length, at + 1 + Math.floor(most === capture.length ? most : random() * most));
    const chunk = Buffer.from(capture.subarray(at, end));
    parser.push(chunk);
    // Valid during the call only.
    chunk.fill(0xee);
    at = end;
  }
}

function checkStream(stream: StreamSeen, index: number, upgrades: readonly UpgradeSeen[]): void {
  const { flags, flagsByDirection: by, packets, capturedTwice, resent } = stream;
  must(stream.index === index, `stream ${index} calls itself ${stream.index}`);
  for (const label of LABELS) must(flags[label] === by.aToB[label] + by.bToA[label], `${label}: directions do not add up`);
  for (const way of ['aToB', 'bToA'] as const) {
    for (const label of LABELS) must(by[way][label] <= packets[way], `${label}: more labels than packets`);
    const { retransmission, fast_retransmission: fast, spurious_retransmission: spurious } = by[way];
    must(retransmission >= fast + spurious, 'retransmissions of a kind exceed all of them');
    must(resent[way].frames <= packets[way], 'more resends than packets');
    must(resent[way].frames <= resent[way].segs, 'fewer segments than frames');
    const causes = Object.values(resent[way].byCause).reduce((sum, count) => sum + count, 0);
    must(causes === resent[way].segs || causes === resent[way].frames, 'causes do not add up');
  }
  must(capturedTwice <= packets.aToB + packets.bToA, 'more copies than packets');
  must(stream.exchanges.length <= stream.exchangeCount, 'more exchanges kept than seen');
  for (const upgrade of upgrades) must(upgrade.frame >= 1 && upgrade.stream === index, 'an upgrade of nowhere');
}

/** Every number is finite, none is negative that cannot be, and nothing is out of bounds. */
function checkValues(root: unknown): void {
  let text = 0;
  let items = 0;
  const visit = (value: unknown, key: string, path: string): void => {
    items += 1;
    if (typeof value === 'number') must(Number.isFinite(value) && (value >= 0 || MAY_BE_NEGATIVE.test(key)), `${path} is ${value}`);
    else if (typeof value === 'string') text += value.length;
    else if (Array.isArray(value)) for (const [at, item] of value.entries()) visit(item, String(at), `${path}.${at}`);
    else if (typeof value === 'object' && value !== null)
      for (const [name, item] of Object.entries(value)) visit(item, name, `${path}.${name}`);
    else must(value === null || typeof value === 'boolean', `${path} is ${typeof value}`);
  };
  visit(root, '', '');
  must(text <= MOST_TEXT, `${text} characters are kept`);
  must(items <= MOST_ITEMS, `${items} values are kept`);
}

function must(isRight: boolean, problem: string): void {
  if (!isRight) throw new Error(problem);
}
