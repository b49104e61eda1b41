/**
 * Findings that follow from the cause of another one, by audit: an expected failure on a path excuses them there, in every scenario,
 * when they are blamed on the same host. A load or an idle socket cannot be upgraded where handshakes are refused, and what the
 * refusing host altered is how it refused. What a link resets or swallows ends sockets, loses messages and is sent again.
 */
export const CONSEQUENCES_OF: Readonly<Record<string, readonly string[]>> = {
  // Everything that was open then ends, and nothing opens until it runs again; only in the scenario in which it ended.
  'crashed-proxy': [
    'crashed-proxy',
    'refused-upgrade',
    'refused-client',
    'cut-stream',
    'altered-response',
    'lost-first-frame',
    'altered-stream',
    'lost-bytes',
    'unpassed-half-close',
    'silent-drop',
    'injected-reset',
    'idle-cutoff',
    'no-recovery',
    'unclean-close',
    'lost-end',
    'dropped-on-reload',
    'refused-during-reload',
    'lost-on-reload',
    'lost-message',
    'excess-retransmission',
    'added-latency',
    'failed-plain-http',
    'disturbed-socket',
    'buffered-events',
  ],
  'refused-upgrade': [
    'refused-upgrade',
    'altered-handshake-header',
    'altered-response',
    'refused-client',
    // A link that lets no handshake through does it by dropping or by resetting.
    'silent-drop',
    'injected-reset',
    'mtu-blackhole',
    'excess-retransmission',
  ],
  // The first frame is among the bytes of every play that sends some with its request.
  'lost-first-frame': ['lost-first-frame', 'lost-bytes'],
  'injected-reset': ['injected-reset', 'idle-cutoff', 'unclean-close', 'lost-message'],
  'silent-drop': ['silent-drop', 'idle-cutoff', 'unclean-close', 'lost-message', 'excess-retransmission'],
  'excess-retransmission': ['excess-retransmission', 'added-latency', 'lost-message'],
  'slow-transit': ['slow-transit', 'added-latency', 'excess-retransmission', 'reordered-segments', 'lost-message'],
  'reordered-segments': ['reordered-segments', 'slow-transit', 'excess-retransmission', 'added-latency'],
  'repeated-acknowledgement': ['repeated-acknowledgement', 'slow-transit', 'excess-retransmission', 'added-latency'],
  'mtu-blackhole': ['mtu-blackhole', 'lost-message', 'excess-retransmission'],
};
