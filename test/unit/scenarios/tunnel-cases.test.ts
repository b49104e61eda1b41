import { describe, expect, it } from 'vitest';
import { pressedCases, tunnelCases } from '../../../scenarios/tunnel/scenario.ts';

describe('the tunnel cases', () => {
  it('are at least 40, each with an id of its own', () => {
    const ids = [...tunnelCases, ...pressedCases].map(({ id }) => id);
    expect(ids.length).toBeGreaterThanOrEqual(40);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
