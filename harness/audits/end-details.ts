import { analyzeCommand, framePlace } from '../blame/packet-place.ts';
import type { ClosingEvent } from '../model/capture-analysis.ts';
import type { CaptureEvidence, LegEvidence, LegStream } from '../model/wire-evidence.ts';
import type { FindingDetail } from '../model/finding.ts';

const WORDS: Readonly<Record<ClosingEvent['kind'], string>> = {
  'close-frame': 'Close frame',
  'close-notify': 'TLS close_notify',
  fin: 'FIN',
  rst: 'RST',
};

const MAX_EVENTS = 4;

/** How each leg of a socket ended, at both of its ends, with the packets to look at. Empty without captures. */
export function endDetails(chain: readonly LegEvidence[], captures: readonly CaptureEvidence[]): readonly FindingDetail[] {
  const rows = chain.flatMap((leg) => [
    ...rowsOf(leg, leg.from, leg.near, leg.nearFile, captures),
    ...rowsOf(leg, leg.to, leg.far, leg.farFile, captures),
  ]);
  if (rows.length === 0) return [];
  return [
    {
      kind: 'table',
      title: 'How the legs ended, by the captures at their ends',
      columns: ['leg', 'captured at', 'sent by', 'what', 'after its first packet', 'packet'],
      rows,
    },
    analyzeDetail(chain, captures),
  ];
}

/** Says how to look at the packets of some legs again. */
export const analyzeDetail = (legs: readonly LegEvidence[], captures: readonly CaptureEvidence[]): FindingDetail => ({
  kind: 'text',
  title: 'To look at the packets',
  text: `in the folder of this run: ${analyzeCommand(
    legs.flatMap(({ nearFile, farFile }) => [nearFile, farFile]),
    captures,
  )}`,
});

function rowsOf(
  leg: LegEvidence,
  host: string,
  seen: LegStream | null,
  file: string | null,
  captures: readonly CaptureEvidence[],
): readonly (readonly string[])[] {
  return (seen?.closing ?? [])
    .slice(0, MAX_EVENTS)
    .map(({ kind, from, code, atMs, frame }) => [
      leg.leg,
      host,
      from === 'a' ? leg.from : leg.to,
      code === null ? WORDS[kind] : `${WORDS[kind]} ${code}`,
      `${Math.round(atMs - (seen?.startedAtMs ?? atMs))} ms`,
      framePlace(file, frame, captures),
    ]);
}
