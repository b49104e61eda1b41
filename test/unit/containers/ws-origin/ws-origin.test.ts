import { once } from 'node:events';
import type { Server } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { OriginState } from '../../../../containers/echo/origin-state.ts';
import { listen } from '../../../../containers/echo/run-origin.ts';
import { createWsOrigin } from '../../../../containers/ws-origin/ws-origin.ts';
import type { OriginConnection } from '../../../../harness/model/evidence.ts';
import { encodeClose, encodeFrame, OPCODE } from '../../../../harness/wire/frame.ts';
import { exchange } from '../echo/exchange.ts';

const MASK = Buffer.from('37fa213d', 'hex');
const HEAD =
  'GET /socket HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n';
const EARLY = encodeFrame({ opcode: OPCODE.text, payload: Buffer.from('hi'), maskKey: MASK }).toString('latin1');
const CLOSE = encodeClose(1000, 'bye', MASK).toString('latin1');

const state = new OriginState();
let server: Server;
let port: number;
beforeAll(async () => {
  server = createWsOrigin(state);
  port = await listen(server, 0);
});
afterAll(() => void server.close());

const takeEnded = async (): Promise<readonly OriginConnection[]> => {
  for (;;) {
    const taken = state.take();
    if (taken.every(({ end }) => end.kind !== 'survived')) return taken;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};
beforeEach(async () => void (await takeEnded()));
const bytesOf = (list: OriginConnection['received']) =>
  Buffer.concat(list.map(({ base64 }) => Buffer.from(base64, 'base64'))).toString('latin1');

describe('createWsOrigin', () => {
  it('records what reached it and what it sent byte for byte, early frames once', async () => {
    const answer = await exchange(port, HEAD + EARLY + CLOSE);
    const [connection] = await takeEnded();
    expect(answer.startsWith('HTTP/1.1 101 Switching Protocols\r\n')).toBe(true);
    expect(answer.endsWith('\r\n\r\n\x81\x02hi\x88\x05\x03\xe8bye')).toBe(true);
    expect(connection).toMatchObject({
      status: 101,
      refusal: null,
      framesReceived: 1,
      end: { kind: 'close-frame', code: 1000, reason: 'bye' },
    });
    expect([bytesOf(connection?.received ?? []), bytesOf(connection?.sent ?? [])]).toEqual([HEAD + EARLY + CLOSE, answer]);
  });

  it('negotiates compression and echoes to a client of the same package', async () => {
    const client = new WebSocket(`ws://127.0.0.1:${port}/socket`, ['chat', 'mqtt']);
    await once(client, 'open');
    client.send('x'.repeat(5000));
    const [data] = (await once(client, 'message')) as [Buffer];
    expect([data.length, client.protocol, client.extensions]).toEqual([5000, 'chat', 'permessage-deflate']);
    client.terminate();
    expect((await takeEnded())[0]).toMatchObject({ framesReceived: 1, end: { kind: 'fin' } });
  });

  it.each([
    ['a wrong key', HEAD.replace('dGhlIHNhbXBsZSBub25jZQ==', 'x'), 400, 'Missing or invalid Sec-WebSocket-Key header'],
    ['POST', HEAD.replace('GET', 'POST'), 405, 'Invalid HTTP method'],
    [
      'a key without Upgrade',
      HEAD.replace('Upgrade: websocket\r\n', '').replace('Connection: Upgrade\r\n', ''),
      426,
      'not an upgrade request to node:http',
    ],
    ['a page', 'GET /page HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 200, null],
  ])('reports how it answered %s', async (_what, text, status, refusal) => {
    expect(await exchange(port, text)).toContain(`HTTP/1.1 ${status} `);
    const [connection] = await takeEnded();
    expect(connection?.status).toBe(status);
    expect(connection?.refusal ?? '').toContain(refusal ?? '');
    expect(connection?.refusal === null).toBe(refusal === null);
  });

  // The very leniency that the echo origin is there to avoid.
  it('upgrades a handshake in HTTP/1.0, as ws does', async () => {
    expect(await exchange(port, HEAD.replace('HTTP/1.1', 'HTTP/1.0') + CLOSE)).toContain('101 Switching');
  });

  it('treats the next handshakes as it was told', async () => {
    state.behave({ kind: 'reject', status: 503, body: 'busy' }, 1);
    expect(await exchange(port, HEAD)).toMatch(/^HTTP\/1\.1 503 [\s\S]*busy$/);
    for (const kind of ['stall', 'close', 'reset'] as const) {
      state.behave({ kind }, 1);
      expect(await exchange(port, HEAD, 20)).toBe('');
    }
    const taken = await takeEnded();
    expect(taken.map(({ refusal }) => refusal)).toEqual(['told to answer 503', 'told to answer nothing', 'told to close', 'told to reset']);
  });

  it('sends ticks when asked to', async () => {
    const ask = encodeFrame({ opcode: OPCODE.text, payload: Buffer.from('hopscope:send-every 20'), maskKey: MASK }).toString('latin1');
    expect(await exchange(port, HEAD + ask, 60)).toMatch(/tick 1[\s\S]*tick 2/);
  });
});
