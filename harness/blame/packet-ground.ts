import type { CaptureEvidence, InstrumentEvidence, LegEvidence } from '../model/wire-evidence.ts';
import type { Path } from '../model/path.ts';

/** What is known of the packets of one path: its connections, the captures that they were seen in, and whether the instruments agreed. */
export interface PacketGround {
  readonly path: Path;
  readonly legs: readonly LegEvidence[];
  readonly captures: readonly CaptureEvidence[];
  readonly instruments: readonly InstrumentEvidence[];
}

/** `near`: the capture at the host on the client's side of a leg; `far`: at the other. */
export type LegSide = 'near' | 'far';

/** Why the instruments of a leg are to be doubted in its scenario; null when they agree, or were not compared. */
export const disagreementAbout = ({ leg, scenario }: LegEvidence, instruments: readonly InstrumentEvidence[]): string | null =>
  instruments.find((check) => check.leg === leg && check.scenario === scenario && !check.agree)?.because ?? null;
