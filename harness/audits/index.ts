import { addedLatency } from './added-latency.ts';
import { alteredHandshakeHeader } from './altered-handshake-header.ts';
import type { Audit } from './audit.ts';
import { excessRetransmission } from './excess-retransmission.ts';
import { injectedReset } from './injected-reset.ts';
import { lateReset } from './late-reset.ts';
import { mtuBlackhole } from './mtu-blackhole.ts';
import { silentDrop } from './silent-drop.ts';
import { smallSegmentDelay } from './small-segment-delay.ts';
import { stalledWindow } from './stalled-window.ts';
import { failedPlainHttp } from './failed-plain-http.ts';
import { idleCutoff } from './idle-cutoff.ts';
import { lostFirstFrame } from './lost-first-frame.ts';
import { lostMessage } from './lost-message.ts';
import { refusedUpgrade } from './refused-upgrade.ts';
import { uncleanClose } from './unclean-close.ts';
import type { EvidenceKind } from '../model/evidence.ts';

/** Every audit, in the order in which its findings are read: what broke the connection before what slowed it. */
export const audits: readonly Audit<EvidenceKind>[] = [
  refusedUpgrade,
  alteredHandshakeHeader,
  lostFirstFrame,
  silentDrop,
  injectedReset,
  idleCutoff,
  uncleanClose,
  lostMessage,
  mtuBlackhole,
  stalledWindow,
  smallSegmentDelay,
  lateReset,
  excessRetransmission,
  addedLatency,
  failedPlainHttp,
];
