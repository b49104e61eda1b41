/**
 * Labels that Wireshark gives to segments (its `tcp.analysis.*` fields, version 4.0), as bits. They are one family of numbers; segments that were
 * sent again (transport facts) are another, and the two are never mixed. `retransmission` is set on fast and spurious ones as well.
 */
export const LABEL = {
  retransmission: 1 << 0,
  fast_retransmission: 1 << 1,
  spurious_retransmission: 1 << 2,
  out_of_order: 1 << 3,
  lost_segment: 1 << 4,
  duplicate_ack: 1 << 5,
  ack_lost_segment: 1 << 6,
  keep_alive: 1 << 7,
  keep_alive_ack: 1 << 8,
  zero_window: 1 << 9,
  zero_window_probe: 1 << 10,
  zero_window_probe_ack: 1 << 11,
  window_full: 1 << 12,
  window_update: 1 << 13,
  reused_ports: 1 << 14,
} as const;

export type Label = keyof typeof LABEL;
export const LABELS = Object.keys(LABEL) as readonly Label[];

/** 0: the direction of the stream's first packet (a to b); 1: the other. */
export type StreamDirection = 0 | 1;
