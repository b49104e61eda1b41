import type { CaptureAnalysis, ResendCause, StreamEnd, StreamSeen } from '../../harness/model/capture-analysis.ts';
import type { UpgradeSeen } from '../../harness/model/content-analysis.ts';
import { connectionsOf, placeOf, streamKey } from '../../harness/measure/connections.ts';
import { resentShare } from '../../harness/measure/resent-share.ts';
import { formatCount, formatMs, formatShare } from '../numbers.ts';

/** A stream with the upgrades on it. */
export interface StreamRow {
  readonly stream: StreamSeen;
  readonly upgrades: readonly UpgradeSeen[];
}

const isRefused = ({ upgrades }: StreamRow): boolean => upgrades.some(({ outcome }) => outcome !== 'accepted');

/** Every connection once: refused upgrades first, then resets, then by what was sent again. */
export const streamRows = (analysis: CaptureAnalysis): readonly StreamRow[] => rowsOf(connectionsOf(analysis), analysis);

/** Every stream of every capture, in the same order. */
export const allStreamRows = (analysis: CaptureAnalysis): readonly StreamRow[] => rowsOf(analysis.streams, analysis);

function rowsOf(streams: readonly StreamSeen[], { upgrades }: CaptureAnalysis): readonly StreamRow[] {
  const byStream = Map.groupBy(upgrades, streamKey);
  return streams
    .map((stream) => ({ row: { stream, upgrades: byStream.get(streamKey(placeOf(stream))) ?? [] }, hits: resentShare(stream).hits }))
    .toSorted(
      (a, b) =>
        Number(isRefused(b.row)) - Number(isRefused(a.row)) || b.row.stream.resets.length - a.row.stream.resets.length || b.hits - a.hits,
    )
    .map(({ row }) => row);
}

/** Connections on which anything was sent again or filled a hole, most first. */
export const resentRows = (connections: readonly StreamSeen[]): readonly StreamSeen[] =>
  connections
    .map((stream) => ({ stream, hits: resentShare(stream).hits, fills: holeFillsOf(stream) }))
    .filter(({ hits, fills }) => hits + fills > 0)
    .toSorted((a, b) => b.hits - a.hits || b.fills - a.fills)
    .map(({ stream }) => stream);

export const holeFillsOf = ({ resent }: StreamSeen): number => resent.aToB.holeFills + resent.bToA.holeFills;
export const needlessOf = ({ resent }: StreamSeen): number => resent.aToB.needlessSegs + resent.bToA.needlessSegs;

/** `1.92 %` */
export const shareWords = (stream: StreamSeen): string => {
  const { hits, total } = resentShare(stream);
  return formatShare(hits, total) ?? '–';
};

const CAUSES: Readonly<Record<ResendCause, string>> = {
  timeout: 'timer ran out',
  'tail-loss-probe': 'tail-loss probe',
  'fast-recovery': 'fast recovery',
  handshake: 'handshake',
  unknown: 'not shown',
};

/** `fast recovery 12, timer ran out 3` */
export const causeWords = ({ resent }: StreamSeen): string =>
  (Object.keys(CAUSES) as ResendCause[])
    .map((cause) => ({ cause, count: resent.aToB.byCause[cause] + resent.bToA.byCause[cause] }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count)
    .map(({ cause, count }) => `${CAUSES[cause]} ${formatCount(count)}`)
    .join(', ');

export const endpointOf = ({ a, b }: StreamSeen, end: StreamEnd): string => (end === 'a' ? a : b);

/** `a` opened the connection, so it is the client, unless the capture began later and an upgrade says otherwise. */
export const roleOf = ({ upgrades }: StreamRow, end: StreamEnd): 'client' | 'server' =>
  end === (upgrades[0]?.from ?? 'a') ? 'client' : 'server';

/** Time since the start of a capture: `+4.001 s`. */
export const sinceStart = (atMs: number, startMs: number): string => `+${((atMs - startMs) / 1000).toFixed(3)} s`;

/** `3.0 s`, `213 ms`; above a second in seconds. */
export const formatElapsed = (ms: number): string => (ms >= 1000 ? `${(ms / 1000).toFixed(2)} s` : formatMs(ms));

/** `12`; with the capture's short name before it where there are several. Untrusted: escape it. */
export function streamLabel(
  { captures }: CaptureAnalysis,
  { capture, stream }: { readonly capture: number; readonly stream: number },
): string {
  return captures.length > 1 ? `${shortened(shortName(captures[capture]?.file ?? ''), 24)} ${String(stream)}` : String(stream);
}

/** `stream 12 of bad.pcap`; the capture only where there are several. Untrusted: escape it. */
export const streamWords = (
  { captures }: CaptureAnalysis,
  { capture, stream }: { readonly capture: number; readonly stream: number },
): string => `stream ${String(stream)}${captures.length > 1 ? ` of ${shortened(shortName(captures[capture]?.file ?? ''), 40)}` : ''}`;

const shortened = (text: string, limit: number): string => ([...text].length > limit ? `${[...text].slice(0, limit - 1).join('')}…` : text);

/** Name of a capture where only the last part of its path is needed. */
export const shortName = (file: string): string => file.split('/').at(-1) ?? file;

/** `2026-11-23 01:02:03.456` UTC; null for a time that no date can hold. */
export function utcTime(ms: number | null): string | null {
  if (ms === null || !Number.isFinite(ms) || Math.abs(ms) > 8.64e15) return null;
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
}
