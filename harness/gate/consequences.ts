/**
 * Findings that follow from the cause of another one, by audit: an expected refusal on a path excuses them there, in every scenario,
 * when they are blamed on the same host. A load or an idle socket cannot be upgraded where handshakes are refused, and what the
 * refusing host altered is how it refused.
 */
export const CONSEQUENCES_OF: Readonly<Record<string, readonly string[]>> = {
  'refused-upgrade': ['refused-upgrade', 'altered-handshake-header'],
};
