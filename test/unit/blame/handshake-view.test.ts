import { describe, expect, it } from 'vitest';
import { isUpgradeAttempt, viewHandshake } from '../../../harness/blame/handshake-view.ts';
import { diffRequest } from '../../../harness/blame/header-diff.ts';
import { answer, handshake, head, originSaw, REQUEST, SWITCH } from '../audits/handshake-builders.ts';
import { T0 } from '../audits/path-builders.ts';

const timed = (atMs: number, text: string) => ({ atMs, base64: Buffer.from(text, 'latin1').toString('base64') });

describe('viewHandshake', () => {
  it('reads the heads at all four points', () => {
    const view = viewHandshake(handshake());
    expect([view.sent?.target, view.originReceived?.target, view.originSent?.status, view.clientReceived?.status, view.originSaw]).toEqual([
      '/socket',
      '/socket',
      101,
      101,
      'head',
    ]);
  });

  it('takes a connection without a byte for nothing', () => {
    expect(viewHandshake(handshake({ origin: [originSaw('', '')] })).originSaw).toBe('nothing');
  });

  it('counts what follows the head at the origin', () => {
    expect(viewHandshake(handshake({ origin: [originSaw(`${head(REQUEST)}12345`, '')] })).afterHeadAtOrigin).toBe(5);
  });

  it('takes the connection with the key of this attempt', () => {
    const other = originSaw(head(['GET /check HTTP/1.1', 'Host: a']), head(answer(200)), { id: 7 });
    expect(viewHandshake(handshake({ origin: [other, originSaw(head(REQUEST), head(SWITCH), { id: 8 })] })).origin?.id).toBe(8);
  });

  it('reads of a connection that was there before only what came in time', () => {
    const reused = originSaw('', '', {
      acceptedAtMs: T0 - 5000,
      received: [timed(T0 - 4000, head(['GET /old HTTP/1.1', 'Host: a'])), timed(T0 + 1, head(REQUEST))],
    });
    expect(viewHandshake(handshake({ origin: [reused] })).originReceived?.target).toBe('/socket');
    expect(viewHandshake(handshake({ origin: [{ ...reused, received: reused.received.slice(0, 1) }] })).originSaw).toBe('nothing');
  });
});

describe('isUpgradeAttempt', () => {
  it.each<[string, readonly string[], boolean]>([
    ['a GET with both tokens', REQUEST, true],
    ['a POST', ['POST /socket HTTP/1.1', ...REQUEST.slice(1)], false],
    ['HTTP/1.0', ['GET /socket HTTP/1.0', ...REQUEST.slice(1)], false],
    ['no Upgrade', REQUEST.filter((line) => !line.startsWith('Upgrade')), false],
    ['no Connection', REQUEST.filter((line) => !line.startsWith('Connection')), false],
  ])('%s: %s', (_, lines, expected) => {
    const { originReceived } = viewHandshake(handshake({ origin: [originSaw(head(lines), '')] }));
    expect(originReceived !== null && isUpgradeAttempt(originReceived)).toBe(expected);
  });
});

describe('diffRequest', () => {
  it('lists changes in the order of the message and redacts secrets', () => {
    const { sent, originReceived } = viewHandshake(
      handshake({
        origin: [
          originSaw(
            head([
              'GET /socket?token=abc HTTP/1.1',
              'host: origin',
              'Upgrade: websocket',
              'Authorization: Bearer abc',
              `X-Long: ${'x'.repeat(2000)}`,
            ]),
            '',
          ),
        ],
      }),
    );
    if (sent === null || originReceived === null) throw new Error('both heads are whole');
    const diff = diffRequest('client', 'origin', sent, originReceived);
    expect(diff.startLine).toEqual({ before: 'GET /socket HTTP/1.1', after: 'GET /socket?[redacted] HTTP/1.1' });
    expect(diff.changes.map((change) => (change.kind === 'recased' ? change.before : `${change.name} ${change.kind}`))).toEqual([
      'Host changed',
      'Connection dropped',
      'Sec-WebSocket-Key dropped',
      'Sec-WebSocket-Version dropped',
      'Authorization added',
      'X-Long added',
    ]);
    expect(JSON.stringify(diff)).not.toContain('Bearer');
    expect(JSON.stringify(diff).length).toBeLessThan(2500);
  });
});
