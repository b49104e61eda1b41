import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HandshakeRequest } from '../../../harness/drive/protocol.ts';
import type { OriginBehaviour } from '../../../harness/model/origin-protocol.ts';
import { encodeFrame, OPCODE } from '../../../harness/wire/frame.ts';
import { acceptFor } from '../../../harness/wire/handshake.ts';
import {
  bytesOf,
  handshakeTo,
  KEY,
  RIGHT_HEAD,
  type RunningDriver,
  type RunningOrigin,
  startDriver,
  startOrigin,
  startRawServer,
  takeEnded,
} from './programs.ts';

let running: RunningDriver;
let echo: RunningOrigin;
beforeAll(async () => {
  [running, echo] = await Promise.all([startDriver(), startOrigin('echo')]);
});
afterAll(async () => {
  await Promise.all([running[Symbol.asyncDispose](), echo[Symbol.asyncDispose]()]);
});

const drive = (request: HandshakeRequest) => running.driver.request<'handshake'>(request);
/** The outcome against a server that sends these bytes to whoever writes to it. */
const against = async (answer: string, more: Partial<HandshakeRequest> = {}) => {
  await using server = await startRawServer((socket) => socket.once('data', () => socket.write(answer, 'latin1')));
  return await drive(handshakeTo(server.port, RIGHT_HEAD, more));
};
const switching = (...lines: readonly string[]) => ['HTTP/1.1 101 Switching Protocols', ...lines, '', ''].join('\r\n');
const RIGHT_101 = switching('Upgrade: websocket', 'Connection: Upgrade', `Sec-WebSocket-Accept: ${acceptFor(KEY)}`);

describe('driveHandshake against the echo origin', () => {
  it('upgrades, gets its echo, says goodbye, and both ends recorded the same bytes', async () => {
    const reply = await drive(handshakeTo(echo.port, RIGHT_HEAD, { echo: { text: 'grüß dich', when: 'after-101' } }));
    expect(reply).toMatchObject({ outcome: { kind: 'upgraded' }, echo: { echoed: true }, client: { end: { kind: 'local' } } });
    const [origin] = await takeEnded(echo.origin);
    expect(origin).toMatchObject({ status: 101, refusal: null, framesReceived: 1, remotePort: reply.client.localPort });
    expect(origin?.end).toMatchObject({ kind: 'close-frame', code: 1000 });
    expect(bytesOf(origin?.received ?? []).equals(bytesOf(reply.client.sent))).toBe(true);
    expect(bytesOf(origin?.sent ?? []).equals(bytesOf(reply.client.received))).toBe(true);
  });

  it('sends a frame together with the handshake and waits for its echo', async () => {
    const frame = encodeFrame({ opcode: OPCODE.text, payload: Buffer.from('early'), maskKey: Buffer.from('37fa213d', 'hex') });
    const request = handshakeTo(echo.port, RIGHT_HEAD + frame.toString('latin1'), { echo: { text: 'early', when: 'with-request' } });
    expect((await drive(request)).echo?.echoed).toBe(true);
    await takeEnded(echo.origin);
  });

  it('sends chunks after their delays', async () => {
    const chunks = [RIGHT_HEAD.slice(0, 30), RIGHT_HEAD.slice(30)].map((text, n) => ({
      base64: Buffer.from(text).toString('base64'),
      delayMs: n * 60,
    }));
    const { client, outcome } = await drive({ ...handshakeTo(echo.port), chunks });
    expect(outcome.kind).toBe('upgraded');
    expect((client.sent[1]?.atMs ?? 0) - (client.sent[0]?.atMs ?? 0)).toBeGreaterThan(50);
    await takeEnded(echo.origin);
  });

  it.each<[OriginBehaviour, object, string]>([
    [{ kind: 'reject', status: 403, body: 'not you' }, { kind: 'rejected', status: 403, reason: 'Forbidden' }, 'fin'],
    [{ kind: 'close' }, { kind: 'closed' }, 'fin'],
    [{ kind: 'reset' }, { kind: 'reset' }, 'reset'],
    [{ kind: 'stall' }, { kind: 'timeout', waitingFor: 'response' }, 'local'],
  ])('reports what the network did first: %j', async (behaviour, outcome, end) => {
    await echo.origin.behave(behaviour, 1);
    const reply = await drive(handshakeTo(echo.port, RIGHT_HEAD, { deadlineMs: 400, echo: { text: 'x', when: 'after-101' } }));
    expect(reply.outcome).toMatchObject(outcome);
    expect(reply.client.end.kind).toBe(end);
    expect(reply.echo).toEqual({ echoed: false, elapsedMs: null });
    // One of an earlier test may be reported once more: it had ended, and its socket had not.
    const origin = (await takeEnded(echo.origin)).at(-1);
    expect(bytesOf(origin?.received ?? []).toString()).toBe(RIGHT_HEAD);
  });

  it('gathers the body of a refusal', async () => {
    const { client, outcome } = await drive(handshakeTo(echo.port, RIGHT_HEAD.replace('13', '8')));
    expect(outcome).toMatchObject({ kind: 'rejected', status: 426 });
    expect(bytesOf(client.received).toString()).toMatch(/Sec-WebSocket-Version: 13\r\n[\s\S]*Sec-WebSocket-Version: 8, expected 13\n$/);
    await takeEnded(echo.origin);
  });
});

describe('driveHandshake against servers that err', () => {
  it('tells a wrong accept from a malformed answer', async () => {
    expect((await against(RIGHT_101.replace(acceptFor(KEY), 'AAAA'))).outcome).toMatchObject({
      kind: 'wrong-accept',
      expected: acceptFor(KEY),
      received: 'AAAA',
    });
    expect((await against(switching('Upgrade: websocket'))).outcome).toMatchObject({
      kind: 'malformed-response',
      detail: '101 without Connection',
    });
    expect((await against('SSH-2.0-OpenSSH\r\n')).outcome).toMatchObject({ kind: 'malformed-response' });
  });

  it('reports a head that breaks off', async () => {
    await using server = await startRawServer((socket) => socket.once('data', () => socket.end('HTTP/1.1 101 Sw')));
    expect((await drive(handshakeTo(server.port))).outcome).toMatchObject({
      kind: 'malformed-response',
      detail: 'the connection ended within the head',
    });
  });

  it('goes past interim answers', async () => {
    expect((await against(`HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${RIGHT_101}`)).outcome.kind).toBe('upgraded');
  });

  it('reports a Close frame that came first, with its code', async () => {
    const { client, echo: seen } = await against(`${RIGHT_101}\x88\x02\x03\xe9`, { echo: { text: 'x', when: 'after-101' } });
    expect(client.end).toMatchObject({ kind: 'close-frame', code: 1001 });
    expect(seen?.echoed).toBe(false);
  });

  it('does not take another text for the echo', async () => {
    const { outcome, echo: seen } = await against(`${RIGHT_101}\x81\x01y`, { echo: { text: 'x', when: 'after-101' } });
    expect([outcome.kind, seen?.echoed]).toEqual(['upgraded', false]);
  });

  it('ends an echo that never comes at the deadline', async () => {
    const { outcome, echo: seen } = await against(RIGHT_101, { deadlineMs: 300, echo: { text: 'x', when: 'after-101' } });
    expect([outcome.kind, seen]).toEqual(['upgraded', { echoed: false, elapsedMs: null }]);
  });

  it('stops waiting for a body that never ends', async () => {
    const { outcome, client } = await against('HTTP/1.1 502 Bad Gateway\r\n\r\nsorry');
    expect(outcome).toMatchObject({ kind: 'rejected', status: 502 });
    expect(client).toMatchObject({ end: { kind: 'local' }, receivedBytes: 33 });
  });

  it('reports a refused connect by its code', async () => {
    const server = await startRawServer(() => undefined);
    await server[Symbol.asyncDispose]();
    const { outcome, client } = await drive(handshakeTo(server.port));
    expect(outcome).toMatchObject({ kind: 'connect-failed', code: 'ECONNREFUSED' });
    expect(client).toMatchObject({ connectedAtMs: null, sentBytes: 0, end: { kind: 'reset' } });
  });
});
