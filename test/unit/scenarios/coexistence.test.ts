import { describe, expect, it } from 'vitest';
import type { OriginConnection } from '../../../harness/index.ts';
import { headsByTag } from '../../../scenarios/coexistence/heads.ts';
import { PHASES, requestCases, streamCases } from '../../../scenarios/coexistence/phases.ts';

const connection = (...texts: readonly string[]): OriginConnection => ({
  id: 1,
  acceptedAtMs: 0,
  remoteAddress: '10.0.0.2',
  remotePort: 40_000,
  received: texts.map((text, atMs) => ({ atMs, base64: Buffer.from(text, 'latin1').toString('base64') })),
  sent: [],
  receivedBytes: 0,
  sentBytes: 0,
  status: 200,
  refusal: null,
  framesReceived: 0,
  end: { kind: 'survived' },
});

describe('headsByTag', () => {
  it('finds the head of each request, however many a connection carried and wherever it was cut', () => {
    const one = 'POST /echo?case=p.before-post HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n';
    const two = 'GET /page?n=1&case=p.before-get HTTP/1.1\r\nHost: a\r\n\r\n';
    const heads = headsByTag([connection(`${one}hi${two.slice(0, 20)}`, two.slice(20)), connection('GET /socket HTTP/1.1\r\n\r\n')]);
    expect([...heads].map(([tag, head]) => [tag, Buffer.from(head, 'base64').toString()])).toEqual([
      ['p.before-post', one],
      ['p.before-get', two],
    ]);
  });
});

describe('the cases of coexistence', () => {
  it('have ids of their own in every phase', () => {
    const pace = { events: 5, eventEveryMs: 30, pollAfterMs: 120 };
    const ids = PHASES.flatMap((phase) => [...streamCases(phase, pace), ...requestCases(phase)].map(({ caseId }) => caseId));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength(21);
  });
});
