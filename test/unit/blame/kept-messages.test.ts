import { describe, expect, it } from 'vitest';
import { keeperOf } from '../../../harness/blame/kept-messages.ts';
import type { WebSocketSeen } from '../../../harness/model/content-analysis.ts';
import type { LegEvidence } from '../../../harness/model/wire-evidence.ts';
import { capturesOf, leg, serverLeg, stream } from '../audits/leg-builders.ts';
import { pathWith } from '../audits/path-builders.ts';

const socket = (aToB: number, bToA: number, more: Partial<WebSocketSeen> = {}): WebSocketSeen => ({
  frames: aToB + bToA,
  byOpcode: {},
  messages: { aToB, bToA },
  payloadBytes: { aToB: 0, bToA: 0 },
  extensions: null,
  subprotocol: null,
  compressedMessages: 0,
  unreadable: [],
  ...more,
});

/** The same at both ends. */
const carrying = (webSocket: WebSocketSeen): Partial<LegEvidence> => ({ near: stream({ webSocket }), far: stream({ webSocket }) });
const kept = (missing: number, client: WebSocketSeen, server: WebSocketSeen, more: Partial<LegEvidence> = {}) => {
  const legs = [leg(carrying(client)), serverLeg({ ...carrying(server), ...more })];
  return keeperOf(missing, { path: pathWith(['haproxy']), legs, captures: legs.flatMap((one) => capturesOf(one)), instruments: [] });
};

describe('keeperOf', () => {
  it('names the origin that got the messages and answered none', () => {
    expect(kept(100, socket(100, 0), socket(100, 0))).toMatchObject({
      host: 'origin',
      leg: 'haproxy-origin',
      direction: 'to-client',
      got: 100,
      passedOn: 0,
    });
  });

  it('names the proxy that did not pass messages on, or echoes back', () => {
    expect(kept(40, socket(100, 60), socket(60, 60))).toMatchObject({ host: 'haproxy', direction: 'to-origin', got: 100, passedOn: 60 });
    expect(kept(40, socket(100, 60), socket(100, 100))).toMatchObject({ host: 'haproxy', direction: 'to-client', leg: 'client-haproxy' });
  });

  it('needs no whole count of what came where nothing at all was passed on', () => {
    const cut = socket(6, 0, { unreadable: [{ from: 'a', frame: 9, because: '78 bytes are not in the capture' }] });
    expect(kept(100, socket(100, 0), cut)).toMatchObject({ host: 'origin' });
    const cutToo = socket(50, 6, { unreadable: [{ from: 'b', frame: 9, because: '78 bytes are not in the capture' }] });
    expect(kept(100, socket(100, 6), cutToo)).toBeNull();
  });

  it.each([
    ['nothing is missing by the captures', kept(40, socket(100, 100), socket(100, 100))],
    ['several kept some', kept(60, socket(100, 40), socket(70, 40))],
    ['a leg was captured at one end only', kept(100, socket(100, 0), socket(100, 0), { far: null })],
  ])('names nobody when %s', (_, keeper) => {
    expect(keeper).toBeNull();
  });

  it('names nobody on the word of a capture that lost packets', () => {
    const legs = [leg(carrying(socket(9, 0))), serverLeg(carrying(socket(9, 0)))];
    const captures = legs.flatMap((one) => capturesOf(one, { droppedPackets: 2 }));
    expect(keeperOf(9, { path: pathWith(['haproxy']), legs, captures, instruments: [] })).toBeNull();
  });
});
