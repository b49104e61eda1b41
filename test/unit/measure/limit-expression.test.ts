import { describe, expect, it } from 'vitest';
import { HarnessError } from '../../../harness/errors.ts';
import { evaluateLimit, parseLimit } from '../../../harness/measure/limit-expression.ts';
import { seededRandom } from '../../../harness/measure/seeded-random.ts';
import { suggestion } from '../../../harness/spec/nearest.ts';
import { latencies, load } from '../audits/evidence-builders.ts';

const totals = load({
  latency: latencies(1000, (index) => (index < 985 ? 2000 : 61_200)),
  phases: { upgrade: latencies(10, () => 5000) },
  attempts: 10,
  upgradeFailures: { '503': 1, timeout: 1 },
  lostSessions: { reset: 1 },
  sent: 990,
  missed: 10,
  unanswered: 2,
  corrupted: 1,
});

const refused = (text: string): string => {
  try {
    parseLimit(text, suggestion);
  } catch (error) {
    if (error instanceof HarnessError && error.code === 'USAGE_ERR_BAD_FLAG') return error.message;
  }
  return 'not refused';
};

describe('a limit', () => {
  it.each([
    ['p50 < 50ms', true],
    ['p99 < 50ms', false],
    ['p99 < 1s', true],
    ['max <= 250us', false],
    ['p50 <= 2ms', true],
    ['p50 >= 2000us', true],
    ['failures == 16', true],
    ['failures < 16', false],
    ['failures <= 1.6%', true],
    ['failures <= 1.5%', false],
    ['lost == 1 and missed == 10 and corrupted == 1 and unanswered == 2', true],
    ['missed <= 1%', true],
    ['upgrade.p99 < 10ms', true],
    ['upgrade.p99 > 10ms', false],
    ['p99 < 50ms or failures > 0', true],
    ['p99 < 50ms or lost == 1 and missed == 0', false],
    ['(p99 < 50ms or lost == 1) and missed == 10', true],
  ])('%s is kept: %s', (text, met) => {
    expect(evaluateLimit(parseLimit(text), totals).met).toBe(met);
  });

  it('says what broke it with the measured values, and only that', () => {
    expect(evaluateLimit(parseLimit('p99 < 50ms and p50 < 10ms and failures <= 0.1%'), totals)).toEqual({
      met: false,
      because: 'p99 was 61.2 ms, limit < 50ms and failures were 1.58 % (16 of 1010), limit <= 0.1%',
      measures: { p99Ms: 61.2, p50Ms: 2, failures: 16 },
      broken: ['p99', 'failures'],
    });
  });

  it('is not kept by a latency of nothing', () => {
    const { met, because } = evaluateLimit(parseLimit('p99 < 50ms'), { ...totals, latency: latencies(0, () => 0) });
    expect([met, because]).toEqual([false, 'p99 was not measured, as nothing came back, limit < 50ms']);
  });

  it.each([
    ['', /one of p50, .* at column 1 of --limit, got its end$/],
    ['p98 < 50ms', /at column 1 of --limit, got 'p98'; did you mean 'p9.*'\?$/],
    ['failurs == 0', /did you mean 'failures'\?$/],
    ['p99 < 50', /a duration such as 50ms, 1s or 250us at column 7 of --limit, got '50'$/],
    ['p99 < 5 0ms', /a duration .* at column 7/],
    ['p99 50ms', /one of <, <=, >, >=, == at column 5/],
    ['p99 = 50ms', /at column 5 of --limit, got '='$/],
    ['failures <= 50ms', /a count such as 0, or a share such as 0.1% at column 13/],
    ['failures <= 0.5', /a count/],
    ['failures <= 101%', /at most 100% at column 13/],
    ['p99 < 50ms annd failures == 0', /'and', 'or' or the end at column 12 of --limit, got 'annd'; did you mean 'and'\?$/],
    ['(p99 < 50ms', /'and', 'or' or '\)' at column 12 of --limit, got its end$/],
    ['p99 < 50ms)', /at column 11 of --limit, got '\)'/],
    [`${'('.repeat(30)}p99 < 1s${')'.repeat(30)}`, /at most 20 parentheses/],
    ['p'.repeat(501), /at most 500 characters/],
  ])('%j is refused with the column', (text, message) => {
    expect(refused(text)).toMatch(message);
  });

  it('is read or refused whatever the characters', () => {
    const random = seededRandom(7);
    const parts = ['p99', 'failures', '<', '==', '50ms', '0.1%', '(', ')', 'and', 'or', ' ', '\u0000', 'é', '9'.repeat(20), '.', '%'];
    for (let round = 0; round < 2000; round += 1) {
      const text = Array.from({ length: 1 + Math.floor(random() * 9) }, () => parts[Math.floor(random() * parts.length)]).join(' ');
      expect(() => {
        try {
          evaluateLimit(parseLimit(text, suggestion), totals);
        } catch (error) {
          if (!(error instanceof HarnessError)) throw error;
        }
      }).not.toThrow();
    }
  });
});
