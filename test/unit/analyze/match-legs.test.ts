import { describe, expect, it } from 'vitest';
import { matchLegs } from '../../../harness/analyze/match-legs.ts';
import type { LegSeen } from '../../../harness/model/capture-analysis.ts';
import { TCP_ACK, TCP_RST } from '../../../harness/wire/tcp/tcp-segment.ts';
import { elsewhere, loggedStream, opening, type Sent } from './logged-stream.ts';

/** What both ends of a way of half a millisecond see of these packets of the near end's capture. */
function compared(packets: readonly Sent[], lost: readonly number[] = [], clockMs = 0): LegSeen | undefined {
  const far = elsewhere(packets, { a: 0.5 + clockMs, b: -0.5 + clockMs }, lost);
  return matchLegs([[loggedStream(0, packets, 1)], [loggedStream(1, far, 0.01)]])[0];
}

const data = (at: number, id: number, seq: number, bytes = 100): Sent => ({ at, by: 'a', id, seq, bytes });

describe('matchLegs', () => {
  it('finds the same connection in two captures and nothing lost on a clean way', () => {
    expect(compared([...opening(), data(2, 3, 101), { at: 3, by: 'b', id: 2, seq: 501 }])).toMatchObject({
      near: { capture: 0, stream: 0 },
      far: { capture: 1, stream: 0 },
      lost: { nearToFar: 0, farToNear: 0 },
      appeared: { atNear: 0, atFar: 0 },
      reordered: { nearToFar: 0, farToNear: 0 },
    });
  });

  it('takes the capture with the longer wait for the SYN-ACK as the near one, whatever their order', () => {
    const packets = [...opening(), data(2, 3, 101)];
    const far = elsewhere(packets, { a: 0.5, b: -0.5 });
    const [leg] = matchLegs([[loggedStream(0, far, 0.01)], [loggedStream(1, packets, 1)]]);
    expect(leg).toMatchObject({ near: { capture: 1 }, far: { capture: 0 } });
  });

  it('works out by how much the clocks differ, to half a round trip', () => {
    const leg = compared([...opening(), data(2, 3, 101), { at: 3, by: 'b', id: 2, seq: 501 }], [], 250);
    expect(leg?.clockOffsetMs).toBeCloseTo(-250, 3);
    expect(leg?.clockUncertaintyMs).toBeCloseTo(0.5, 3);
  });

  it('says that a segment was lost when the first sending did not arrive', () => {
    const leg = compared([...opening(), data(2, 3, 101), data(250, 4, 101)], [3]);
    expect(leg).toMatchObject({ lost: { nearToFar: 1 }, resent: { nearToFar: { lost: 1, delayed: 0, needless: 0 } } });
  });

  it('says that a segment was sent again needlessly when the first sending had arrived before', () => {
    const taken = { at: 3, by: 'b', id: 2, seq: 501, ack: 201 } as const;
    expect(compared([...opening(), data(2, 3, 101), taken, data(250, 4, 101)])).toMatchObject({
      resent: { nearToFar: { lost: 0, needless: 1 } },
    });
  });

  it('says that a segment was not accepted when it had arrived and the receiver still waited for it', () => {
    const waiting = { at: 100, by: 'b', id: 2, seq: 501, ack: 101 } as const;
    const leg = compared([...opening(), data(2, 3, 101), waiting, data(250, 4, 101)]);
    expect(leg?.resent.nearToFar).toEqual({ lost: 0, delayed: 0, unaccepted: 1, needless: 0, unknown: 0 });
  });

  it('says that a segment was delayed when it arrived after it had been sent again', () => {
    const near = [...opening(), data(2, 3, 101), data(250, 4, 101)];
    const far = elsewhere(near, { a: 0.5, b: -0.5 }).map((packet) => (packet.id === 3 ? { ...packet, at: 300 } : packet));
    const [leg] = matchLegs([
      [loggedStream(0, near, 1)],
      [
        loggedStream(
          1,
          far.toSorted((a, b) => a.at - b.at),
          0.01,
        ),
      ],
    ]);
    expect(leg).toMatchObject({ resent: { nearToFar: { delayed: 1 } }, reordered: { nearToFar: 1 } });
  });

  it('follows a resend that was lost as well, and one that joins several segments', () => {
    const packets = [...opening(), data(2, 3, 101), data(2.1, 4, 201), data(250, 5, 101), data(700, 6, 101, 200)];
    expect(compared(packets, [3, 5])).toMatchObject({ lost: { nearToFar: 2 }, resent: { nearToFar: { lost: 2, needless: 0 } } });
  });

  it('tells a keep-alive from a resend', () => {
    const packets = [...opening(), data(2, 3, 101), data(5000, 4, 200, 1), data(6000, 5, 200, 0)];
    expect(compared(packets)?.resent.nearToFar).toEqual({ lost: 0, delayed: 0, unaccepted: 0, needless: 0, unknown: 0 });
  });

  it('counts in sequence space that wraps around', () => {
    const start = 0x7fffff00 | 0;
    const near: readonly Sent[] = [
      { at: 0, by: 'a', id: 1, seq: start - 1, flags: 0x02 },
      { at: 1, by: 'b', id: 1, seq: 500, flags: 0x12 },
      ...[0, 1, 2, 3].map((n) => data(2 + n, 10 + n, (start + n * 200) | 0, 200)),
      data(300, 20, (start + 400) | 0, 200),
    ];
    expect(compared(near, [4])).toMatchObject({ lost: { nearToFar: 1 }, resent: { nearToFar: { lost: 1, unknown: 0 } } });
  });

  it('says how long a reset was on its way, by clocks that differ', () => {
    const reset = { at: 203, by: 'b', id: 9, seq: 501, flags: TCP_RST | TCP_ACK } as const;
    const near = [...opening(), data(2, 3, 101), { at: 3, by: 'b', id: 2, seq: 501 } as const, reset];
    const far = elsewhere(near, { a: 7000.5, b: 6999.5 }).map((packet) => (packet.id === 9 ? { ...packet, at: 7003 } : packet));
    const [leg] = matchLegs([[loggedStream(0, near, 1)], [loggedStream(1, far, 0.01)]]);
    const [seen] = leg?.resets ?? [];
    expect(seen).toMatchObject({ arrivedAt: 'near', frame: 6 });
    expect(seen?.transitMs).toBeCloseTo(200, 3);
    expect(seen?.leastTransitMs).toBeCloseTo(0.5, 3);
    const outward = [...opening(), data(2, 3, 101), { ...reset, by: 'a', seq: 201, id: 8 } as const];
    const late = elsewhere(outward, { a: 7000.5, b: 6999.5 }).map((packet) => (packet.id === 8 ? { ...packet, at: 7403 } : packet));
    expect(matchLegs([[loggedStream(0, outward, 1)], [loggedStream(1, late, 0.01)]])[0]?.resets[0]?.transitMs).toBeCloseTo(200, 3);
  });

  it('notes a reset that came without having been sent', () => {
    const near = [...opening(), data(2, 3, 101), { at: 203, by: 'b', id: 9, seq: 501, flags: TCP_RST | TCP_ACK } as const];
    const far = elsewhere(near, { a: 0.5, b: -0.5 }).filter(({ id }) => id !== 9);
    const [leg] = matchLegs([[loggedStream(0, near, 1)], [loggedStream(1, far, 0.01)]]);
    expect(leg).toMatchObject({ appeared: { atNear: 1 }, resets: [{ arrivedAt: 'near', transitMs: null }] });
  });

  it('notes since when one end has gone deaf', () => {
    const packets = [...opening(), data(2, 3, 101), data(1500, 4, 201), data(1700, 5, 201), data(2100, 6, 201)];
    expect(compared(packets, [4, 5, 6])?.deaf.nearToFar).toMatchObject({
      lostPackets: 3,
      resends: 2,
      areLongest: false,
      lastedMs: 600,
      silentForMs: 1498,
      frame: 5,
    });
    expect(compared(packets)?.deaf.nearToFar).toBeNull();
  });

  it('notes when only what was longer than all before was lost', () => {
    const longer = [...opening(), data(2, 3, 101, 900), data(3, 4, 1001, 1448), data(4, 5, 2449, 901), data(400, 6, 1001, 1448)];
    expect(compared(longer, [4, 5, 6])?.deaf.nearToFar).toMatchObject({ lostPackets: 3, areLongest: true });
    const alike = [...longer.slice(0, -2), data(4, 5, 2449, 900), data(400, 6, 1001, 1448)];
    expect(compared(alike, [4, 5, 6])?.deaf.nearToFar).toMatchObject({ lostPackets: 3, areLongest: false });
  });

  it('does not compare streams of equal ports that began with other sequence numbers', () => {
    const other = opening().map((packet) => ({ ...packet, seq: packet.seq + 77_000 }));
    expect(matchLegs([[loggedStream(0, opening())], [loggedStream(1, other)]])).toEqual([]);
  });
});
