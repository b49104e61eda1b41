import { describe, expect, it } from 'vitest';
import type { Refusal } from '../../../harness/blame/refusal-facts.ts';
import { refusedUnseen } from '../audits/handshake-builders.ts';
import { DENIED } from '../audits/path-builders.ts';

import { NO_SERVER, refusal, CLOSED, RESET, TIMEOUT, silent, STATIC } from './refusal-cases.ts';
import type { Case } from './refusal-cases.ts';

describe('blameRefusal: rows of the signature table in which the origin saw nothing', () => {
  it.each<[row: string, given: Case, cause: Refusal['cause'], host: string, confidence: string]>([
    ['403 PR: a rule of the proxy', { evidence: refusedUnseen(403), logs: { haproxy: DENIED } }, 'answered-itself', 'haproxy', 'certain'],
    [
      '400 PR <BADREQ>: the proxy took the request for invalid',
      { evidence: refusedUnseen(400), logs: { haproxy: { ...DENIED, status: 400, target: null } } },
      'answered-itself',
      'haproxy',
      'certain',
    ],
    [
      '408 cR: the request did not come in time',
      { evidence: refusedUnseen(408), logs: { haproxy: { status: 408, serverStatus: null, reachedServer: false, endedBy: 'timeout' } } },
      'answered-itself',
      'haproxy',
      'certain',
    ],
    [
      'a reset that the log claims',
      { evidence: silent(RESET), logs: { haproxy: { ...DENIED, status: null } } },
      'answered-itself',
      'haproxy',
      'likely',
    ],
    [
      'a refusal in the log of a client that left before a busy machine could answer',
      {
        evidence: silent({ kind: 'timeout', waitedMs: 261, waitingFor: 'response' }),
        logs: { haproxy: { ...DENIED, status: 400, target: null } },
      },
      'undecided',
      'unknown',
      'unknown',
    ],
    ['403 without a log', { evidence: refusedUnseen(403) }, 'answered-itself', 'haproxy', 'likely'],
    [
      '403 with a log that says nothing of a server',
      { evidence: refusedUnseen(403), logs: { haproxy: { status: 403, serverStatus: null, reachedServer: null, server: null } } },
      'answered-itself',
      'haproxy',
      'likely',
    ],
    [
      '404 from a server that is not the origin',
      { evidence: refusedUnseen(404), logs: { haproxy: STATIC } },
      'misrouted',
      'haproxy',
      'certain',
    ],
    [
      '503 SC: the server refused, the origin is up',
      { evidence: refusedUnseen(503), logs: { haproxy: { ...NO_SERVER, endedBy: 'server' } } },
      'server-unreachable',
      'haproxy',
      'likely',
    ],
    [
      '503 SC: the server refused on the control path too',
      { evidence: refusedUnseen(503), logs: { haproxy: { ...NO_SERVER, endedBy: 'server' } }, control: { label: null } },
      'undecided',
      'unknown',
      'unknown',
    ],
    [
      '503 sC: the connection to the server timed out',
      { evidence: refusedUnseen(503), logs: { haproxy: { ...NO_SERVER, endedBy: 'timeout' } } },
      'undecided',
      'unknown',
      'unknown',
    ],
    [
      '503 with <NOSRV>: the proxy has no server',
      { evidence: refusedUnseen(503), logs: { haproxy: { ...NO_SERVER, server: 'be/<NOSRV>', endedBy: 'proxy' } } },
      'answered-itself',
      'haproxy',
      'certain',
    ],
    [
      '502 SH: the server closed before an answer, unseen by the origin',
      { evidence: refusedUnseen(502), logs: { haproxy: { ...NO_SERVER, status: 502, reachedServer: true, endedBy: 'server' } } },
      'undecided',
      'unknown',
      'unknown',
    ],
    [
      "502 that a log repeats as the server's",
      { evidence: refusedUnseen(502), logs: { haproxy: { status: 502, serverStatus: 502, reachedServer: true, endedBy: null } } },
      'undecided',
      'unknown',
      'unknown',
    ],
    ['502 without a log speaks of the next host', { evidence: refusedUnseen(502) }, 'undecided', 'unknown', 'unknown'],
    [
      '502 with a log that names nobody',
      { evidence: refusedUnseen(502), logs: { haproxy: { ...NO_SERVER, status: 502, endedBy: null } } },
      'undecided',
      'unknown',
      'unknown',
    ],
    [
      'the client left first',
      { evidence: silent(TIMEOUT), logs: { haproxy: { ...DENIED, endedBy: 'client' } } },
      'undecided',
      'unknown',
      'unknown',
    ],
    ['nothing, no log', { evidence: silent(TIMEOUT) }, 'undecided', 'unknown', 'unknown'],
    ['a hangup with zero bytes, no log', { evidence: silent(CLOSED) }, 'undecided', 'unknown', 'unknown'],
    ['a reset, no log', { evidence: silent(RESET) }, 'undecided', 'unknown', 'unknown'],
    [
      'no connection',
      { evidence: silent({ kind: 'connect-failed', code: 'ECONNREFUSED', afterMs: 1 }), logs: { haproxy: DENIED } },
      'undecided',
      'unknown',
      'unknown',
    ],
  ])('%s', (_, given, cause, host, confidence) => {
    const { cause: found, blame } = refusal(given);
    expect([found, blame.host, blame.confidence]).toEqual([cause, host, confidence]);
  });
});
