import { describe, expect, it } from 'vitest';
import type { Refusal } from '../../../harness/blame/refusal-facts.ts';
import { answer, handshake, originSaw, rejected, REQUEST, SWITCH } from '../audits/handshake-builders.ts';

import { refusal, CLOSED, RESET, TIMEOUT, WRONG_ACCEPT, seen, at, BARE } from './refusal-cases.ts';
import type { Case } from './refusal-cases.ts';

describe('blameRefusal: rows of the signature table in which the origin saw the request', () => {
  it.each<[row: string, given: Case, cause: Refusal['cause'], host: string, confidence: string]>([
    [
      '502 PH: the proxy rejected the 101',
      {
        evidence: seen(rejected(502), REQUEST, SWITCH, answer(502)),
        logs: { haproxy: { status: 502, serverStatus: null, endedBy: 'proxy' } },
      },
      'changed-answer',
      'haproxy',
      'certain',
    ],
    [
      '502 after a 101, no log: both ends agree',
      { evidence: seen(rejected(502), REQUEST, SWITCH, answer(502)) },
      'changed-answer',
      'haproxy',
      'certain',
    ],
    [
      'silence after a 101 behind links that lose nothing',
      { evidence: seen(TIMEOUT, REQUEST, SWITCH, []) },
      'changed-answer',
      'haproxy',
      'likely',
    ],
    [
      'silence after a 101 that the log claims',
      { evidence: seen(CLOSED, REQUEST, SWITCH, []), logs: { haproxy: { status: null, serverStatus: 101, endedBy: 'proxy' } } },
      'changed-answer',
      'haproxy',
      'likely',
    ],
    [
      '504 sH: request delivered, silence',
      {
        evidence: seen(rejected(504), REQUEST, [], answer(504), { end: { kind: 'fin', atMs: 2 } }),
        logs: { haproxy: { status: 504, serverStatus: null, endedBy: 'timeout' } },
      },
      'origin-silent',
      'origin',
      'likely',
    ],
    [
      '502 SH: the origin ended it without an answer',
      {
        evidence: seen(rejected(502), REQUEST, [], answer(502), { end: { kind: 'local', atMs: 2 } }),
        logs: { haproxy: { status: 502, serverStatus: null, endedBy: 'server' } },
      },
      'origin-silent',
      'origin',
      'certain',
    ],
    [
      'no answer, and the proxy says it ended it',
      {
        evidence: seen(RESET, REQUEST, [], [], { end: { kind: 'reset', atMs: 2 } }),
        logs: { haproxy: { status: null, serverStatus: null, endedBy: 'proxy' } },
      },
      'undecided',
      'unknown',
      'unknown',
    ],
    [
      'no answer, though the origin ended it, and the proxy says that the client left',
      {
        evidence: seen(CLOSED, REQUEST, [], [], { end: { kind: 'local', atMs: 2 } }),
        logs: { haproxy: { status: null, serverStatus: null, endedBy: 'client' } },
      },
      'undecided',
      'unknown',
      'unknown',
    ],
    [
      'no answer, and nobody says why',
      { evidence: seen(TIMEOUT, REQUEST, [], [], { end: { kind: 'fin', atMs: 2 } }) },
      'undecided',
      'unknown',
      'unknown',
    ],
    [
      '426 of a request without Upgrade, as HTTP/1.0',
      { proxies: ['nginx'], evidence: at(426, BARE) },
      'changed-request',
      'nginx',
      'certain',
    ],
    ['400 of a request as it was sent', { evidence: at(400), control: { label: '101' } }, 'origin-refused', 'origin', 'certain'],
    [
      '400 of a request with a header that nobody knows to matter',
      { evidence: at(400, [...REQUEST, 'X-Forwarded-For: 10.0.0.1']) },
      'undecided',
      'unknown',
      'unknown',
    ],
    [
      'the same on the control path',
      { evidence: at(400, [...REQUEST, 'X-Forwarded-For: 10.0.0.1']), control: { label: '400' } },
      'origin-refused',
      'origin',
      'certain',
    ],
    [
      'half a request at the origin',
      { evidence: handshake({ outcome: rejected(400), origin: [originSaw('GET /so', '')] }) },
      'undecided',
      'unknown',
      'unknown',
    ],
    [
      'a wrong accept that the proxy made',
      { evidence: seen(WRONG_ACCEPT, REQUEST, SWITCH, [...SWITCH.slice(0, 3), 'Sec-WebSocket-Accept: AAAA']) },
      'changed-answer',
      'haproxy',
      'certain',
    ],
    [
      'a wrong accept because the key was changed',
      {
        evidence: seen(
          WRONG_ACCEPT,
          [...REQUEST.slice(0, 4), 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==', REQUEST[5] ?? ''],
          SWITCH,
          SWITCH,
        ),
      },
      'changed-request',
      'haproxy',
      'certain',
    ],
    [
      "a wrong accept of the origin's own, passed unchecked",
      { evidence: seen(WRONG_ACCEPT, REQUEST, SWITCH, SWITCH) },
      'origin-refused',
      'origin',
      'certain',
    ],
    [
      "a malformed 101 of the origin's own",
      {
        evidence: seen(
          { kind: 'malformed-response', detail: '101 without Upgrade', elapsedMs: 1 },
          REQUEST,
          [SWITCH[0] ?? ''],
          [SWITCH[0] ?? ''],
        ),
      },
      'origin-refused',
      'origin',
      'certain',
    ],
    [
      'a 101 that the proxy spoilt',
      { evidence: seen({ kind: 'malformed-response', detail: '101 without Upgrade', elapsedMs: 1 }, REQUEST, SWITCH, [SWITCH[0] ?? '']) },
      'changed-answer',
      'haproxy',
      'certain',
    ],
  ])('%s', (_, given, cause, host, confidence) => {
    const { cause: found, blame } = refusal(given);
    expect([found, blame.host, blame.confidence]).toEqual([cause, host, confidence]);
  });
});

describe('blameRefusal: a client that gave up waiting', () => {
  const silent = seen(TIMEOUT, REQUEST, SWITCH, []);

  it('names nobody when the answer left the origin just before', () => {
    const late = {
      ...silent,
      origin: silent.origin.map((one) => ({ ...one, sent: one.sent.map((chunk) => ({ ...chunk, atMs: silent.endedAtMs - 20 })) })),
    };
    expect(refusal({ evidence: { ...late, endedAtMs: silent.endedAtMs } }).blame).toMatchObject({
      host: 'unknown',
      because: expect.stringContaining('20 ms before it gave up') as string,
    });
  });

  it('names nobody when the log of the proxy says that it passed the answer on', () => {
    expect(refusal({ evidence: silent, logs: { haproxy: { status: 101, serverStatus: null, endedBy: null } } }).blame.host).toBe('unknown');
  });
});
