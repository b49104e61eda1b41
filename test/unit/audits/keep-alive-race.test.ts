import { describe, expect, it } from 'vitest';
import { keepAliveRace } from '../../../harness/audits/keep-alive-race.ts';
import type { KeptReuse } from '../../../harness/model/limit-evidence.ts';
import { findingsOf, onControl } from './evidence-builders.ts';
import { cutRung, rung } from './limit-builders.ts';
import { pathWith } from './path-builders.ts';

const reuse = (idleMs: number, status: number | null, endedBefore = false): KeptReuse => ({ idleMs, status, endedBefore });
const judge = (reuses: readonly KeptReuse[]) =>
  findingsOf(keepAliveRace, pathWith(['nginx']), {
    ladders: [cutRung(2000, { mode: 'keep-alive-idle', reuses }), onControl(rung({ mode: 'keep-alive-idle' }))],
  })[0];

describe('keep-alive-race', () => {
  it('passes what was answered, what was closed before, and what crossed the close', () => {
    expect(judge([reuse(1700, 200), reuse(1995, null), reuse(2001, null, true)])).toMatchObject({
      outcome: 'pass',
      measures: { limitMs: 2000, sent: 2, lostInRace: 1 },
    });
  });

  it('finds a request that was lost with time left, and names nobody', () => {
    const finding = judge([reuse(1700, null)]);
    expect(finding).toMatchObject({ outcome: 'fail', blame: { host: 'unknown' } });
    expect(finding?.summary).toBe('a request over a connection that had been kept for 1.7 s of 2.0 s got no answer');
  });

  it('finds a request that a proxy answered with an error', () => {
    expect(judge([reuse(1990, 502)])?.summary).toContain('was answered 502');
  });

  it('has nothing to say where no connection was reused', () => {
    expect(findingsOf(keepAliveRace, pathWith(['nginx']), { ladders: [rung()] }).filter(({ path }) => path === 'subject')).toEqual([]);
  });
});
