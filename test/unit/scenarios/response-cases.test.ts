import { describe, expect, it } from 'vitest';
import { answerIn } from '../../../harness/blame/answer-seen.ts';
import type { Step } from '../../../harness/index.ts';
import { acceptFor, judgeResponse } from '../../../harness/wire/handshake.ts';
import { headerValues, parseRequestHead } from '../../../harness/wire/http-head.ts';
import { playOf, REQUEST, SAMPLE_ACCEPT, SAMPLE_KEY } from '../../../scenarios/opening-handshake/response-case.ts';
import { responseCases } from '../../../scenarios/opening-handshake/responses.ts';
import { smugglingCases } from '../../../scenarios/safety/smuggling-cases.ts';

const sentBy = (steps: readonly Step[]): Buffer =>
  Buffer.concat(
    steps.flatMap((step) =>
      step.do === 'send' ? step.bytes.map((bytes) => ('base64' in bytes ? Buffer.from(bytes.base64, 'base64') : Buffer.alloc(0))) : [],
    ),
  );

describe('the answers of the origin', () => {
  it('are at least thirty-five, with unique ids', () => {
    expect(responseCases.length).toBeGreaterThanOrEqual(35);
    expect(new Set(responseCases.map(({ id }) => id)).size).toBe(responseCases.length);
  });

  it.each([...responseCases, ...smugglingCases.map(playOf)])('$id quotes an RFC section and says what it requires', (response) => {
    expect(response.id).toMatch(/^[a-z0-9-]+$/);
    expect(response.cite).toMatch(/^RFC \d{4} section \d/);
    expect(response.requirement).toMatch(/\.$/);
  });

  it('are made for the key of RFC 6455 section 1.3', () => {
    expect(acceptFor(SAMPLE_KEY)).toBe(SAMPLE_ACCEPT);
  });

  it.each(responseCases)('$id may be seen by a client as it was sent', ({ head, origin, expectation }) => {
    const answer = answerIn(sentBy(origin));
    const lines = head?.lines ?? REQUEST;
    const own = lines.some((line) => line.includes('{key}'));
    const request = parseRequestHead(Buffer.from(['GET /socket HTTP/1.1', ...lines, '', ''].join('\r\n'), 'latin1'));
    if (answer === null || request.kind !== 'complete') return;
    const judged = judgeResponse(answer.head, own ? 'AAAAAAAAAAAAAAAAAAAAAA==' : null, request.head);
    const label = judged.kind === 'upgraded' ? '101' : judged.kind === 'rejected' ? String(judged.status) : judged.kind;
    expect(expectation.outcomes).toContain(label);
  });

  it.each(['200', '204', '301', '302', '307', '401', '403', '404', '426', '429', '503'])('include a %s', (status) => {
    expect(responseCases.map(({ id }) => id)).toContain(`response-${status}`);
  });

  it('have bodies of the length that they announce', () => {
    const announced = responseCases.flatMap(({ origin, id }) => {
      const answer = answerIn(sentBy(origin));
      const [length] = answer === null || answer.head.status === 101 ? [] : headerValues(answer.head, 'Content-Length');
      return length === undefined ? [] : [{ id, length: Number(length), is: answer?.body.length }];
    });
    const wrong = announced.filter(({ length, is }) => length !== is);
    expect(announced.length).toBeGreaterThan(10);
    expect(wrong.map(({ id }) => id)).toEqual(['response-close-within-body']);
  });

  it('name what must never come through, where they try to smuggle', () => {
    for (const { expectation, client } of smugglingCases)
      expect(sentBy(client ?? []).toString('latin1')).toContain(expectation.neverAtOrigin ?? '?');
  });
});
