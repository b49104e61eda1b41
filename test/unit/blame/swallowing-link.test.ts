import { describe, expect, it } from 'vitest';
import { blameSwallowing, swallowedOn } from '../../../harness/blame/swallowing-link.ts';
import type { PacketGround } from '../../../harness/blame/packet-ground.ts';
import type { Impairment } from '../../../harness/model/impairment.ts';
import type { LegEvidence } from '../../../harness/model/wire-evidence.ts';
import { capturesOf, DISAGREE, instrument, leg, resent, stream, transit } from '../audits/leg-builders.ts';
import { control, pathWith, T0 } from '../audits/path-builders.ts';

const path = pathWith(['haproxy']);
const device: Impairment = { kind: 'connlimit', above: 6, refusal: 'drop', direction: 'to-origin', subject: true };
const over = (...impairments: readonly Impairment[]) => ({
  ...path,
  links: path.links.map((link, index) => ({ ...link, impairments: index === 0 ? impairments : [] })),
});
const ground = (of: LegEvidence, more: Partial<PacketGround> = {}): PacketGround => ({
  path: over(device),
  legs: [of],
  captures: capturesOf(of),
  instruments: [],
  ...more,
});
const NOTHING = { aToB: 0, bToA: 0 };
const syns = (count: number): LegEvidence =>
  leg({ near: stream({ packets: { aToB: count, bToA: 0 }, bytes: NOTHING }), far: null, transit: null });
const lost = (nearToFar: number, farToNear: number) => transit({ lost: { nearToFar, farToNear } });

describe('swallowedOn', () => {
  it('tells SYNs that never arrived', () => {
    const found = swallowedOn(syns(4), ground(syns(4)));
    expect(found).toMatchObject({ what: 'syn', direction: 'to-origin', because: 'client sent 4 SYNs to haproxy, and none arrived' });
  });

  it('tells a request that never arrived, and an answer', () => {
    const request = leg({ far: stream({ bytes: { aToB: 0, bToA: 0 } }), transit: lost(6, 0) });
    expect(swallowedOn(request, ground(request))).toMatchObject({ what: 'request', direction: 'to-origin' });
    const answer = leg({ near: stream({ bytes: { aToB: 500, bToA: 0 } }), transit: lost(0, 6) });
    expect(swallowedOn(answer, ground(answer))).toMatchObject({ what: 'answer', direction: 'to-client' });
  });

  it('tells a connection whose first SYNs were lost, though a later one arrived', () => {
    const handshake = { ...resent().byCause, handshake: 3 };
    const late = leg({ near: stream({ resent: { aToB: resent({ segs: 3, byCause: handshake }), bToA: resent() } }), transit: lost(3, 0) });
    expect(swallowedOn(late, ground(late))).toMatchObject({ what: 'syn', because: 'client sent 3 SYNs to haproxy that did not arrive' });
  });

  it.each([
    ['a connection of which everything arrived', leg(), {}],
    ['a single SYN', syns(1), {}],
    ['a SYN that the far capture may have missed', syns(4), { captures: capturesOf(syns(4), { droppedPackets: 3 }) }],
    ['a far capture that was over', syns(4), { captures: capturesOf(syns(4), { completeUntilMs: T0 }) }],
    [
      'a connection that was answered',
      leg({ near: stream({ packets: { aToB: 3, bToA: 3 }, bytes: NOTHING }), far: null, transit: null }),
      {},
    ],
    [
      'instruments that do not agree',
      syns(4),
      { instruments: [instrument({ ...DISAGREE, leg: 'client-haproxy', scenario: 'idle-hold' })] },
    ],
    ['SYNs on a link that loses every second packet', syns(4), { path: over({ kind: 'loss', percent: 50, direction: 'both' }) }],
    [
      'SYNs in a burst that the link is told to lose',
      syns(4),
      { path: over({ kind: 'loss-burst', every: 20, inRow: 5, direction: 'both' }) },
    ],
  ])('says nothing of %s', (_, of, more) => {
    expect(swallowedOn(of, ground(of, more))).toBeNull();
  });
});

describe('blameSwallowing', () => {
  const found = swallowedOn(syns(4), ground(syns(4)));
  if (found === null) throw new Error('expected SYNs that were swallowed');

  it('names the link under test, which the control path has without the device', () => {
    expect(blameSwallowing(found, over(device), control(path), ground(syns(4)))).toMatchObject({
      host: 'firewall',
      leg: 'client-haproxy',
      direction: 'to-origin',
      confidence: 'certain',
    });
  });

  it('accuses nobody where the control path crosses the same link', () => {
    const weather: Impairment = { kind: 'drop-text', text: 'x', direction: 'to-origin' };
    expect(blameSwallowing(found, over(weather), control(over(weather)), ground(syns(4))).host).toBe('unknown');
  });
});
