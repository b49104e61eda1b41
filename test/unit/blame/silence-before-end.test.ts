import { describe, expect, it } from 'vitest';
import { silenceBeforeEnd } from '../../../harness/blame/silence-before-end.ts';
import type { ClosingEvent, IdleGap } from '../../../harness/model/capture-analysis.ts';
import { leg, stream } from '../audits/leg-builders.ts';
import { T0 } from '../audits/path-builders.ts';

const gap = (startedAtMs: number, gapMs: number, endedBy: IdleGap['endedBy'] = 'fin'): IdleGap => ({
  ...{ startedAtMs, gapMs, endedBy, endedByEnd: 'b', frame: 9 },
});
const end = (atMs: number): ClosingEvent => ({ kind: 'fin', from: 'b', frame: 9, atMs, code: null, reason: '' });
const silent = (idleGaps: readonly IdleGap[], closing: readonly ClosingEvent[]) =>
  silenceBeforeEnd(leg({ far: stream({ idleGaps, closing }), near: null }));

describe('silenceBeforeEnd', () => {
  it('is the silence that the end of the connection broke', () => {
    expect(silent([gap(T0 + 100, 1200, 'data'), gap(T0 + 2000, 1500)], [end(T0 + 3500)])).toBe(1500);
  });

  it('counts a TLS alert right before the end as the end', () => {
    expect(silent([gap(T0, 1500, 'data')], [end(T0 + 1502)])).toBe(1500);
  });

  it('is not known without a capture, without an end, and where the end broke no silence', () => {
    expect(silenceBeforeEnd(undefined)).toBeNull();
    expect(silent([gap(T0, 1500)], [])).toBeNull();
    expect(silent([gap(T0, 1500, 'data')], [end(T0 + 4000)])).toBeNull();
  });
});
