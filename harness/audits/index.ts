import { acceptedBadHandshake } from './accepted-bad-handshake.ts';
import { addedLatency } from './added-latency.ts';
import { alteredHandshakeHeader } from './altered-handshake-header.ts';
import { alteredResponse } from './altered-response.ts';
import type { Audit } from './audit.ts';
import { crashedProxy } from './crashed-proxy.ts';
import { excessRetransmission } from './excess-retransmission.ts';
import { injectedReset } from './injected-reset.ts';
import { lateReset } from './late-reset.ts';
import { mtuBlackhole } from './mtu-blackhole.ts';
import { reorderedSegments } from './reordered-segments.ts';
import { repeatedAcknowledgement } from './repeated-acknowledgement.ts';
import { silentDrop } from './silent-drop.ts';
import { slowTransit } from './slow-transit.ts';
import { smallSegmentDelay } from './small-segment-delay.ts';
import { stalledWindow } from './stalled-window.ts';
import { droppedOnReload } from './dropped-on-reload.ts';
import { lostOnReload } from './lost-on-reload.ts';
import { refusedDuringReload } from './refused-during-reload.ts';
import { bufferedEvents } from './buffered-events.ts';
import { disturbedSocket } from './disturbed-socket.ts';
import { failedPlainHttp } from './failed-plain-http.ts';
import { idleCutoff } from './idle-cutoff.ts';
import { lostEnd } from './lost-end.ts';
import { alteredStream } from './altered-stream.ts';
import { lostBytes } from './lost-bytes.ts';
import { unmetLoad } from './unmet-load.ts';
import { unopenedEntry } from './unopened-entry.ts';
import { unpassedHalfClose } from './unpassed-half-close.ts';
import { lostFirstFrame } from './lost-first-frame.ts';
import { lostDriver } from './lost-driver.ts';
import { unkeptLimit } from './unkept-limit.ts';
import { lostMessage } from './lost-message.ts';
import { refusedClient } from './refused-client.ts';
import { acceptedBadProxyHeader } from './accepted-bad-proxy-header.ts';
import { alpnDeadEnd } from './alpn-dead-end.ts';
import { cutStream } from './cut-stream.ts';
import { starvedRequest } from './starved-request.ts';
import { unexpectedProxyHeader } from './unexpected-proxy-header.ts';
import { unpassedStreamReset } from './unpassed-stream-reset.ts';
import { refusedUpgrade } from './refused-upgrade.ts';
import { timeoutMismatch } from './timeout-mismatch.ts';
import { keepAliveRace } from './keep-alive-race.ts';
import { exhaustedLimit } from './exhausted-limit.ts';
import { noRecovery } from './no-recovery.ts';
import { uncleanClose } from './unclean-close.ts';
import { loggedSecret } from './logged-secret.ts';
import { smuggledRequest } from './smuggled-request.ts';
import { unboundedRequest } from './unbounded-request.ts';
import type { EvidenceKind } from '../model/evidence.ts';

/** Every audit, in the order in which its findings are read: what broke the connection before what slowed it. */
export const audits: readonly Audit<EvidenceKind>[] = [
  crashedProxy,
  refusedUpgrade,
  refusedClient,
  alpnDeadEnd,
  unexpectedProxyHeader,
  acceptedBadProxyHeader,
  cutStream,
  unpassedStreamReset,
  starvedRequest,
  alteredHandshakeHeader,
  alteredResponse,
  acceptedBadHandshake,
  lostFirstFrame,
  alteredStream,
  lostBytes,
  unpassedHalfClose,
  silentDrop,
  injectedReset,
  idleCutoff,
  timeoutMismatch,
  keepAliveRace,
  exhaustedLimit,
  noRecovery,
  uncleanClose,
  lostEnd,
  droppedOnReload,
  refusedDuringReload,
  lostOnReload,
  lostMessage,
  unmetLoad,
  unopenedEntry,
  lostDriver,
  unkeptLimit,
  mtuBlackhole,
  stalledWindow,
  smallSegmentDelay,
  lateReset,
  slowTransit,
  reorderedSegments,
  repeatedAcknowledgement,
  excessRetransmission,
  addedLatency,
  failedPlainHttp,
  disturbedSocket,
  bufferedEvents,
  loggedSecret,
  smuggledRequest,
  unboundedRequest,
];
