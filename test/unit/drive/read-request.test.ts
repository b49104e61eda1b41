import { describe, expect, it } from 'vitest';
import { readRequest } from '../../../harness/drive/read-request.ts';
import { loadRequest } from './load/load-requests.ts';
import { endpointAt, handshakeTo } from './programs.ts';

const RIGHT = { ...handshakeTo(80), id: 3 };

describe('readRequest', () => {
  it('reads a right request of each kind', () => {
    const endpoint = endpointAt(80);
    const requests = [
      RIGHT,
      { id: 1, kind: 'idle', sockets: [{ endpoint, mode: 'ping', intervalMs: 1 }], holdMs: 1, answerMs: 1, deadlineMs: 1 },
      { id: 2, ...loadRequest(80) },
      { id: 6, kind: 'stop' },
      { id: 7, kind: 'usage' },
      { id: 4, kind: 'http', endpoint, cases: [], load: null, deadlineMs: 1 },
      {
        id: 5,
        kind: 'coexist',
        endpoint,
        sockets: 0,
        everyMs: 1,
        aloneMs: 0,
        phases: [{ withSockets: true, streams: [], requests: [], load: null }],
        phaseMs: 1,
      },
    ];
    for (const request of requests) expect(readRequest(JSON.stringify(request))).toEqual({ kind: 'request', request });
  });

  it.each([
    ['{', 0, 'a JSON object with an id expected'],
    ['[]', 0, 'a JSON object with an id expected'],
    ['null', 0, 'a JSON object with an id expected'],
    ['{"id":7,"kind":"toString"}', 7, expect.stringMatching(/^kind .*handshake.* expected, saw toString$/)],
    [JSON.stringify({ ...RIGHT, chunks: [{ base64: 1 }] }), 3, 'chunks: 0: base64: a text expected'],
    [JSON.stringify({ ...RIGHT, deadlineMs: -1 }), 3, 'deadlineMs: a time in milliseconds expected'],
    [JSON.stringify({ ...RIGHT, endpoint: { ...RIGHT.endpoint, port: 0 } }), 3, 'endpoint: port: a port expected'],
    [
      JSON.stringify({ ...RIGHT, endpoint: { ...RIGHT.endpoint, target: '/\r\nX: y' } }),
      3,
      'endpoint: target: a text of one line expected',
    ],
    [
      JSON.stringify({ id: 2, ...loadRequest(80, { messages: [{ kind: 'sine' } as never] }) }),
      2,
      'profile: messages: 0: kind rate or burst expected',
    ],
    [JSON.stringify({ id: 2, ...loadRequest(80, {}, { bucketMs: 0 }) }), 2, 'bucketMs: at least 10 ms expected'],
    [JSON.stringify({ id: 2, ...loadRequest(80, {}, { shard: { index: 2, of: 2 } }) }), 2, 'shard: a shard expected'],
  ])('says what is wrong with %s', (line, id, message) => {
    expect(readRequest(line)).toEqual({ kind: 'bad', id, message });
  });
});
