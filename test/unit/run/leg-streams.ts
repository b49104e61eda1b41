import type { LegStream } from '../../../harness/model/wire-evidence.ts';
import { resent, stream } from '../audits/leg-builders.ts';

interface Counts {
  readonly resentByA?: number;
  readonly resentByB?: number;
  readonly packetsOfA?: number;
  readonly packetsOfB?: number;
}

/** An uneventful stream, except for what was sent again. */
export const seenAt = ({ resentByA = 0, resentByB = 0, packetsOfA = 10, packetsOfB = 10 }: Counts = {}): LegStream =>
  stream({
    packets: { aToB: packetsOfA, bToA: packetsOfB },
    resent: { aToB: resent({ frames: resentByA, segs: resentByA }), bToA: resent({ frames: resentByB, segs: resentByB }) },
  });
