import type { CaptureAnalysis, TcpFlagCounts } from '../../harness/model/capture-analysis.ts';

/** What Wireshark calls its labels in the packet list. */
const WORDS: Readonly<Record<keyof TcpFlagCounts, string>> = {
  retransmission: 'Retransmission',
  fast_retransmission: 'Fast Retransmission',
  spurious_retransmission: 'Spurious Retransmission',
  out_of_order: 'Out-Of-Order',
  lost_segment: 'Previous segment not captured',
  duplicate_ack: 'Dup ACK',
  ack_lost_segment: 'ACKed unseen segment',
  keep_alive: 'Keep-Alive',
  keep_alive_ack: 'Keep-Alive ACK',
  zero_window: 'ZeroWindow',
  zero_window_probe: 'ZeroWindowProbe',
  zero_window_probe_ack: 'ZeroWindowProbeAck',
  window_full: 'Window Full',
  window_update: 'Window Update',
  reused_ports: 'Port numbers reused',
};

export interface LabelCount {
  readonly words: string;
  readonly field: string;
  readonly count: number;
}

/** Labels that were given at least once, in Wireshark's words and with the field to filter for. */
export const labelCounts = (flags: TcpFlagCounts): readonly LabelCount[] =>
  (Object.keys(WORDS) as (keyof TcpFlagCounts)[])
    .filter((name) => flags[name] > 0)
    .map((name) => ({ words: WORDS[name], field: `tcp.analysis.${name}`, count: flags[name] }));

/** `As Wireshark 4.0 labels them`, whether the version comes with the name or without. */
export const labelsTitle = ({ labelsAs }: CaptureAnalysis): string => `As Wireshark ${labelsAs.replace(/^wireshark\s*/i, '')} labels them`;

/** Why the two families of numbers are not the same, in one paragraph. */
export const FAMILIES =
  'Two families of numbers, never mixed. Segments sent again are segments of which any byte had been sent before; in a capture taken at the ' +
  'sender that is what its kernel counts as RetransSegs. Labels are what Wireshark shows for the same file: it calls many repairs out of order, so its ' +
  'number of retransmissions alone is often far lower. At a receiver only duplicates show as sent again; there the segments that fill a hole tell of losses.';
