import { describe, expect, it } from 'vitest';
import { habitOf, NO_HABIT, otherDifferences } from '../../../harness/blame/origin-habit.ts';
import { viewHandshake } from '../../../harness/blame/handshake-view.ts';
import { REQUEST } from '../audits/handshake-builders.ts';
import { at, BARE, factsOf } from './refusal-cases.ts';
import { blameRefusal } from '../../../harness/blame/refusal.ts';

const always = (): boolean => true;

describe('habitOf', () => {
  it('is the statuses with which the origin refused what reached it as it was sent', () => {
    expect(habitOf([at(503)], always)).toEqual({ asSent: new Set([503]), asMeant: new Set([503]) });
  });

  it('leaves out what was changed on the way, what was accepted, and what the control path refuses too', () => {
    expect(habitOf([at(400, BARE), at(101)], always)).toEqual(NO_HABIT);
    expect(habitOf([at(503)], () => false)).toEqual(NO_HABIT);
    expect(habitOf([at(403, [...REQUEST, 'X-Forwarded-For: 10.0.0.1'])], always)).toEqual({ asSent: new Set(), asMeant: new Set([403]) });
  });
});

describe('otherDifferences', () => {
  it('leaves out what each hop says for itself', () => {
    const own = viewHandshake(at(503, [...REQUEST, 'Via: 1.1 haproxy']));
    expect(otherDifferences(own)).toEqual([]);
    expect(otherDifferences(viewHandshake(at(503, [...REQUEST, 'X-Real-IP: 10.0.0.1'])))).toEqual(['X-Real-IP was added']);
  });
});

describe('a refusal that the origin makes a habit of', () => {
  it('is blamed on the origin even where a proxy changed this request, and on the proxy where it is no habit', () => {
    const evidence = at(400, BARE);
    expect(blameRefusal(factsOf({ evidence, originRefuses: [400] })).blame.host).toBe('origin');
    expect(blameRefusal(factsOf({ evidence, originRefuses: [503] })).blame.host).toBe('haproxy');
    expect(blameRefusal(factsOf({ evidence, refusesAnyway: [400] })).blame.host).not.toBe('haproxy');
  });
});

describe('a 101 that a request may not get', () => {
  it('is not blamed on who refused to pass it on', () => {
    const evidence = { ...at(502, undefined, 101), acceptable: ['400', 'closed'] };
    expect(blameRefusal(factsOf({ evidence, proxies: ['haproxy', 'nginx'] })).blame.host).toBe('unknown');
  });
});
