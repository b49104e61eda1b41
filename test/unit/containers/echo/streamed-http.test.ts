import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveConnection } from '../../../../containers/echo/connection.ts';
import { OriginState } from '../../../../containers/echo/origin-state.ts';
import { playStream, streamedAnswer } from '../../../../containers/echo/streamed-http.ts';
import { parseRequestHead } from '../../../../harness/wire/http-head.ts';
import { exchange } from './exchange.ts';

let server: Server;
let port: number;
beforeAll(async () => {
  const state = new OriginState();
  server = createServer({ allowHalfOpen: true }, (socket) => serveConnection(socket, state));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(() => server.close());

const answerTo = (line: string) => {
  const read = parseRequestHead(Buffer.from(`${line}\r\nHost: a\r\n\r\n`));
  return read.kind === 'complete' ? streamedAnswer(read.head) : null;
};

describe('streamedAnswer', () => {
  it('spaces numbered events, with the end as far behind the last one', () => {
    const answer = answerTo('GET /page/events?n=3&every=30&unbuffered=1 HTTP/1.1');
    expect(answer).toMatchObject({ headAfterMs: 0, endAfterMs: 90, isChunked: true, isLast: false });
    expect(answer?.parts.map(({ afterMs }) => afterMs)).toEqual([0, 30, 60]);
    expect(answer?.parts[1]?.text()).toMatch(/^id: 2\ndata: \{"n":2,"sentAtMs":\d+(\.\d+)?\}\n\n$/);
    expect(answer?.headers).toContainEqual({ name: 'X-Accel-Buffering', value: 'no' });
    expect(answer?.headers).toContainEqual({ name: 'Cache-Control', value: 'no-cache' });
  });

  it('answers a poll once, all of it later', () => {
    expect(answerTo('GET /poll?after=120 HTTP/1.1')).toMatchObject({ headAfterMs: 120, endAfterMs: 120, parts: [{ afterMs: 120 }] });
  });

  it('bounds what is asked for, whatever it is', () => {
    expect(answerTo('GET /events?n=1e9&every=1e12 HTTP/1.1')?.parts).toHaveLength(1000);
    expect(answerTo('GET /events?n=-4&every=x HTTP/1.1')).toMatchObject({ parts: [], endAfterMs: 0 });
    expect(answerTo('GET /poll?after=1e12 HTTP/1.1')?.endAfterMs).toBe(60_000);
  });

  it.each(['HEAD /events?n=1 HTTP/1.1', 'POST /poll HTTP/1.1', 'GET /eventsource HTTP/1.1', 'GET /page HTTP/1.1'])(
    'leaves %s to others',
    (line) => {
      expect(answerTo(line)).toBeNull();
    },
  );
});

describe('serveConnection with a stream', () => {
  it('sends each event as a chunk of its own, and answers what was pipelined behind it afterwards', async () => {
    const text = await exchange(port, 'GET /events?n=2&every=20 HTTP/1.1\r\nHost: a\r\n\r\nGET /page HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(text).toMatch(
      /^HTTP\/1\.1 200 OK\r\n[\s\S]*Transfer-Encoding: chunked\r\n[\s\S]*id: 1\n[\s\S]*id: 2\n[\s\S]*\r\n0\r\n\r\nHTTP\/1\.1 200 OK/,
    );
    expect(text).toMatch(/a page of the origin\n$/);
  });

  it('ends the body of an HTTP/1.0 stream with the connection', async () => {
    const text = await exchange(port, 'GET /poll?after=20 HTTP/1.0\r\n\r\n');
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*Connection: close\r\n\r\n\{"n":1,"sentAtMs":[\d.]+\}\n$/);
    expect(text).not.toContain('chunked');
  });
});

describe('playStream', () => {
  it('keeps the order of the parts however late this program is', async () => {
    const seen: string[] = [];
    const said = (text: string) => ({ afterMs: Number(text), text: () => text });
    const answer = { headers: [], headAfterMs: 0, parts: ['0', '5', '10'].map(said), endAfterMs: 15, isChunked: true, isLast: false };
    await new Promise<void>((resolve) => {
      playStream(answer, {
        head: () => {
          seen.push('head');
          const untilMs = performance.now() + 30;
          while (performance.now() < untilMs);
        },
        part: (text) => seen.push(text),
        end: () => {
          seen.push('end');
          resolve();
        },
      });
    });
    expect(seen).toEqual(['head', '0', '5', '10', 'end']);
  });

  it('sends nothing more once it was stopped', async () => {
    const seen: string[] = [];
    const sink = { head: () => seen.push('head'), part: (text: string) => seen.push(text), end: () => seen.push('end') };
    const stop = playStream({ headers: [], headAfterMs: 0, parts: [], endAfterMs: 10, isChunked: true, isLast: false }, sink);
    stop();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(seen).toEqual([]);
  });
});
