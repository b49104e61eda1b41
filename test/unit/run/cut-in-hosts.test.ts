import { describe, expect, it } from 'vitest';
import { areCutInHosts } from '../../../harness/run/scenario.ts';

describe('areCutInHosts', () => {
  it('is said of a scenario that drops packets in their senders, and of the one behind it, where those are still sent to', () => {
    const plain = { scenario: {} };
    const scenarios = [plain, { scenario: { cutsInHosts: true } }, plain, plain];
    expect(scenarios.map((_, index) => areCutInHosts(scenarios, index))).toEqual([false, true, true, false]);
  });
});
