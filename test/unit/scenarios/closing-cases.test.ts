import { describe, expect, it } from 'vitest';
import { closingCases } from '../../../scenarios/closing/cases.ts';

describe('closing cases', () => {
  it('are every way to end, by either end, in every state', () => {
    expect(closingCases).toHaveLength(2 * 6 * 3);
    expect(new Set(closingCases.map(({ id }) => id)).size).toBe(closingCases.length);
  });

  it.each(closingCases.map((one) => [one.id, one] as const))(
    '%s says what is asked for, and where',
    (_, { cite, requirement, title, expectation }) => {
      expect(cite).toMatch(/RFC \d+ section/);
      expect(requirement).toMatch(/\.$/);
      expect(title).toMatch(/^the (client|origin) /);
      expect(expectation.outcomes).toEqual(['101']);
    },
  );

  it.each(['client', 'origin'])('let the %s end in the way that the id names', (who) => {
    const stepOf = (how: string): readonly string[] => {
      const one = closingCases.find(({ id }) => id === `${who}-${how}-idle`);
      return (who === 'client' ? one?.client : one?.origin)?.map((step) => step.do) ?? [];
    };
    expect(stepOf('fin')).toContain('fin');
    expect(stepOf('reset')).toContain('reset');
    expect(stepOf('close-reset').slice(-2)).toEqual(['send', 'reset']);
    expect(stepOf('killed')).toContain('be-killed');
    expect(stepOf('vanished')).toContain('vanish');
  });

  it('judge an orderly end as an orderly one unless both ends still send', () => {
    const allowed = (id: string): readonly string[] | undefined => closingCases.find((one) => one.id === id)?.expectation.endAtOrigin;
    expect(allowed('client-fin-idle')).toEqual(['fin']);
    expect(allowed('client-fin-under-load')).toEqual(['fin', 'reset']);
  });
});
