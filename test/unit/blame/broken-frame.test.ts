import { describe, expect, it } from 'vitest';
import { blameBrokenFrames } from '../../../harness/blame/broken-frame.ts';
import type { WebSocketSeen } from '../../../harness/model/content-analysis.ts';
import type { LegStream } from '../../../harness/model/wire-evidence.ts';
import { capturesOf, leg, serverLeg, stream } from '../audits/leg-builders.ts';
import { pathWith } from '../audits/path-builders.ts';

const NO_FRAMES: WebSocketSeen = {
  frames: 3,
  byOpcode: {},
  messages: { aToB: 1, bToA: 1 },
  payloadBytes: { aToB: 0, bToA: 0 },
  extensions: null,
  subprotocol: null,
  compressedMessages: 0,
  unreadable: [],
};
const whole = stream({ webSocket: NO_FRAMES });
const broken = (because = 'a reserved bit is set', from: 'a' | 'b' = 'b'): LegStream =>
  stream({ webSocket: { ...NO_FRAMES, unreadable: [{ from, frame: 7, because }] } });

const blamed = (client: { near: LegStream; far: LegStream }, server: { near: LegStream; far: LegStream }) => {
  const legs = [leg(client), serverLeg(server)];
  return blameBrokenFrames({ path: pathWith(['haproxy']), legs, captures: legs.flatMap((one) => capturesOf(one)), instruments: [] });
};

describe('blameBrokenFrames', () => {
  it('names the origin that sent what the proxy only passed on', () => {
    expect(blamed({ near: broken(), far: broken() }, { near: broken(), far: broken() })).toMatchObject({
      host: 'origin',
      direction: 'to-client',
      confidence: 'certain',
      because: expect.stringContaining('a reserved bit is set'),
    });
  });

  it('names the proxy to which whole frames came', () => {
    expect(blamed({ near: broken(), far: broken() }, { near: whole, far: whole })).toMatchObject({
      host: 'haproxy',
      leg: 'client-haproxy',
    });
  });

  it('names nobody for frames of the client, for what a capture cut off, and where none is broken', () => {
    const all = (one: LegStream) => blamed({ near: one, far: one }, { near: one, far: one });
    expect(all(broken('a reserved bit is set', 'a'))).toBeNull();
    expect(all(broken('78 bytes are not in the capture, the next header among them'))).toBeNull();
    expect(all(whole)).toBeNull();
  });
});
