import type { EncodedDistribution } from '../model/distribution.ts';
import { Distribution } from './distribution.ts';

/** A quantile of the subject against the control's, in milliseconds, with a confidence interval of the difference. */
export interface QuantileDifference {
  readonly subjectMs: number;
  readonly controlMs: number;
  readonly deltaMs: number;
  readonly lowMs: number;
  readonly highMs: number;
  /**
   * The interval leaves out 0 and both samples are large enough to bound the quantile. A difference that is real may still be
   * too small to matter, and messages of one burst are not independent: ask for a size too before calling it a failure.
   */
  readonly isDifferent: boolean;
}

interface BoundedQuantile {
  readonly us: number;
  readonly lowUs: number;
  readonly highUs: number;
  readonly isBounded: boolean;
}

/** Two-sided 99 %. */
const Z = 2.576;

/**
 * Compares one percentile (`p` in 0..100) of two samples. Each quantile gets its order-statistics interval (binomial ranks), and
 * the two are joined by square-and-add recovery of variances, which keeps them lopsided. Pure: no resampling, no seed. Null when
 * either sample is empty.
 */
export function compareQuantile(
  subject: Distribution | EncodedDistribution,
  control: Distribution | EncodedDistribution,
  p: number,
  z: number = Z,
): QuantileDifference | null {
  const [left, right] = [opened(subject), opened(control)];
  if (left.count === 0 || right.count === 0) return null;
  const s = quantileWithBounds(left, p, z);
  const c = quantileWithBounds(right, p, z);
  const delta = s.us - c.us;
  const low = delta - Math.hypot(s.us - s.lowUs, c.highUs - c.us);
  const high = delta + Math.hypot(s.highUs - s.us, c.us - c.lowUs);
  return {
    subjectMs: s.us / 1000,
    controlMs: c.us / 1000,
    deltaMs: delta / 1000,
    lowMs: low / 1000,
    highMs: high / 1000,
    isDifferent: s.isBounded && c.isBounded && (low > 0 || high < 0),
  };
}

const opened = (distribution: Distribution | EncodedDistribution): Distribution =>
  distribution instanceof Distribution ? distribution : Distribution.decode(distribution);

function quantileWithBounds(distribution: Distribution, p: number, z: number): BoundedQuantile {
  const n = distribution.count;
  const share = p / 100;
  const spread = z * Math.sqrt(n * share * (1 - share));
  const lowRank = Math.floor(n * share - spread);
  const highRank = Math.ceil(n * share + spread) + 1;
  return {
    us: distribution.percentile(p),
    lowUs: distribution.atRank(lowRank),
    highUs: distribution.atRank(highRank),
    isBounded: lowRank >= 1 && highRank <= n,
  };
}
