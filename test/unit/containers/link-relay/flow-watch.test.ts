import { describe, expect, it } from 'vitest';
import { FlowWatch, type Provoked } from '../../../../containers/link-relay/flow-watch.ts';
import { FLAG, parseTriggers, readSegment } from '../../../../containers/link-relay/packet.ts';
import { CLIENT, ORIGIN, tcpPacket } from './tcp-packet.ts';

type Parts = NonNullable<Parameters<typeof tcpPacket>[0]>;

/** Watches what the origin says: its subnet is the far one. */
const watch = (): FlowWatch => new FlowWatch(parseTriggers(JSON.stringify([{ sources: ['10.100.1.0/24'], text: 'tick 3', afterMs: 5 }])));
const fromClient = (parts: Parts): Buffer => tcpPacket({ from: CLIENT, to: ORIGIN, ...parts });
const fromOrigin = (parts: Parts): Buffer => tcpPacket({ from: ORIGIN, to: CLIENT, ...parts });
const numbersOf = (provoked: Provoked | null) =>
  provoked?.resets().map((packet) => {
    const segment = readSegment(packet);
    return { from: segment?.from.port, seq: segment?.seq, ack: segment?.ack };
  });

describe('FlowWatch', () => {
  it('resets both ends with the sequence number that each expects next', () => {
    const flows = watch();
    flows.see(fromClient({ seq: 100, flags: FLAG.syn }));
    flows.see(fromOrigin({ seq: 900, ack: 101, flags: FLAG.syn | FLAG.ack }));
    flows.see(fromClient({ seq: 101, ack: 901, payload: 'hello' }));
    const provoked = flows.see(fromOrigin({ seq: 901, ack: 106, payload: '..tick 3' }));
    expect(provoked?.afterMs).toBe(5);
    expect(numbersOf(provoked)).toEqual([
      { from: CLIENT.port, seq: 106, ack: 909 },
      { from: ORIGIN.port, seq: 909, ack: 106 },
    ]);
  });

  it('takes the numbers of the moment in which the resets go out', () => {
    const flows = watch();
    const provoked = flows.see(fromOrigin({ seq: 0xffff_fffc, ack: 50, payload: 'tick 3' }));
    flows.see(fromClient({ seq: 50, ack: 2, payload: 'late' }));
    // Sequence numbers go around at 2^32; a segment that is sent again moves nothing.
    flows.see(fromOrigin({ seq: 0xffff_fffc, ack: 50, payload: 'tick 3' }));
    expect(numbersOf(provoked)).toEqual([
      { from: ORIGIN.port, seq: 2, ack: 54 },
      { from: CLIENT.port, seq: 54, ack: 2 },
    ]);
  });

  it('looks at one direction only, and within single segments', () => {
    const flows = watch();
    expect(flows.see(fromClient({ payload: 'tick 3' }))).toBeNull();
    expect(flows.see(fromOrigin({ payload: 'tick' }))).toBeNull();
    expect(flows.see(fromOrigin({ seq: 4, payload: ' 3' }))).toBeNull();
  });

  it('fires once for a connection, and again for the next one between the same ports', () => {
    const flows = watch();
    expect(flows.see(fromOrigin({ payload: 'tick 3' }))).not.toBeNull();
    expect(flows.see(fromOrigin({ seq: 6, payload: 'tick 3' }))).toBeNull();
    flows.see(fromClient({ seq: 7000, flags: FLAG.syn }));
    expect(flows.see(fromOrigin({ payload: 'tick 3' }))).not.toBeNull();
  });

  it('forgets a connection that was reset', () => {
    const flows = watch();
    flows.see(fromOrigin({ payload: 'tick 3' }));
    flows.see(fromClient({ flags: FLAG.rst }));
    expect(flows.see(fromOrigin({ payload: 'tick 3' }))).not.toBeNull();
  });

  it('remembers so many connections and no more', () => {
    const flows = watch();
    flows.see(fromOrigin({ payload: 'tick 3' }));
    for (let port = 1; port <= 4096; port++) flows.see(fromClient({ from: { ...CLIENT, port }, flags: FLAG.syn }));
    // The first one was forgotten, so it is a new one.
    expect(flows.see(fromOrigin({ seq: 6, payload: 'tick 3' }))).not.toBeNull();
  });

  it('looks at nothing without a trigger', () => {
    expect(new FlowWatch([]).see(fromOrigin({ payload: 'tick 3' }))).toBeNull();
  });
});
