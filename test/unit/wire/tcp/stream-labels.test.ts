import { describe, expect, it } from 'vitest';
import { play, type Sent } from '../../../fixtures/segment-script.ts';

/** The last labels of a connection that opens at 100 and 200 and goes on like this; 10 ms from SYN to ACK. */
const after = (...sent: readonly Sent[]): readonly string[] => played(...sent).at(-1) ?? [];
const played = (...sent: readonly Sent[]): readonly (readonly string[])[] => play([...OPENING, ...sent]).labels.slice(OPENING.length);

const OPENING: readonly Sent[] = [
  { from: 'a', flags: 'S', seq: 100, atMs: 0 },
  { from: 'b', flags: 'SA', seq: 200, ack: 101, atMs: 5 },
  { from: 'a', seq: 101, ack: 201, atMs: 10 },
];
const data = (seq: number, length: number, atMs = 20): Sent => ({ from: 'a', seq, ack: 201, length, atMs });
const ack = (number: number, atMs = 20, window = 1000): Sent => ({ from: 'b', seq: 201, ack: number, atMs, window });

describe('labels of data', () => {
  it('gives none to a transfer in order', () => {
    expect(play([...OPENING, data(101, 10), ack(111), data(111, 10), ack(121)]).labels.flat()).toEqual([]);
  });

  it('labels a segment after a hole, and its filling as out of order within the first round trip', () => {
    expect(played(data(101, 10), data(121, 10, 21), data(111, 10, 30))).toEqual([[], ['lost_segment'], ['out_of_order']]);
  });

  it('labels the filling of a hole as retransmission after the first round trip', () => {
    expect(after(data(101, 10), data(121, 10, 21), data(111, 10, 31))).toEqual(['retransmission']);
  });

  it('takes 3 ms for the round trip of a stream without handshake', () => {
    const script = (atMs: number): Sent[] => [data(101, 10, 0), data(121, 10, 1), data(111, 10, atMs)];
    expect(play(script(3.9)).labels[2]).toEqual(['out_of_order']);
    expect(play(script(4)).labels[2]).toEqual(['retransmission']);
  });

  it('labels bytes that were sent before as retransmission, even at once when they end where the data ends', () => {
    expect(after(data(101, 10), data(101, 10, 20.1))).toEqual(['retransmission']);
  });

  it('labels acknowledged bytes as spurious', () => {
    expect(after(data(101, 10), ack(111), data(101, 10, 500))).toEqual(['retransmission', 'spurious_retransmission']);
  });

  it('labels the segment that two duplicate ACKs ask for as fast, within 20 ms of the last', () => {
    const asked = [data(101, 10), data(111, 10), data(121, 10), ack(111), ack(111), ack(111, 30)];
    expect(after(...asked, data(111, 10, 49.9))).toEqual(['retransmission', 'fast_retransmission']);
    expect(after(...asked, data(111, 10, 50))).toEqual(['retransmission']);
  });

  it('counts a FIN as a byte, and its repetition as retransmission', () => {
    const fin: Sent = { from: 'a', flags: 'FA', seq: 101, ack: 201, atMs: 20 };
    expect(played(fin, { ...fin, atMs: 300 })).toEqual([[], ['retransmission']]);
    expect(after(fin, data(102, 1))).toEqual([]);
  });

  it('does not take a segment from one byte back for behind when it has more than one byte', () => {
    expect(after(data(101, 10), data(110, 5, 500))).toEqual([]);
  });

  it('knows order across the end of the sequence space', () => {
    const start = 0xfffffff8;
    const sent = (seq: number, atMs: number): Sent => ({ from: 'a', seq, ack: 1, length: 10, atMs });
    expect(play([sent(start, 0), sent(start + 10, 1), sent(start, 100)]).labels).toEqual([[], [], ['retransmission']]);
  });

  it('labels neither fast nor out of order when the clock steps back', () => {
    expect(after(data(101, 10), data(121, 10, 500), data(111, 10, 400))).toEqual(['retransmission']);
  });
});

describe('labels of acknowledgements', () => {
  it('counts an ACK that changes nothing as duplicate, and one with another window as update', () => {
    expect(played(data(101, 10), ack(111), ack(111), ack(111, 20, 900))).toEqual([[], [], ['duplicate_ack'], ['window_update']]);
  });

  it('labels an ACK of data that was not captured once until the data goes on', () => {
    expect(played(ack(150), ack(150), ack(160))).toEqual([['ack_lost_segment'], ['duplicate_ack'], []]);
  });

  it('takes a resending beside an ACK of unseen data for fast', () => {
    const fin: Sent = { from: 'b', flags: 'FA', seq: 201, ack: 111, atMs: 21 };
    expect(after(data(101, 10), fin, data(111, 10, 25), { ...fin, ack: 130, atMs: 26 })).toEqual([
      'retransmission',
      'fast_retransmission',
      'ack_lost_segment',
    ]);
  });

  it('labels a keep-alive and its ACK', () => {
    const probe: Sent = { from: 'a', seq: 100, ack: 201, atMs: 20 };
    expect(played(probe, ack(101, 21))).toEqual([['keep_alive'], ['keep_alive_ack']]);
    expect(after({ ...probe, length: 1 })).toEqual(['keep_alive']);
  });
});

describe('labels of windows', () => {
  it('labels a closed window, the byte that probes it, the answer, and an ACK of that byte as one of data not seen', () => {
    const closed = ack(111, 20, 0);
    expect(played(data(101, 10), closed, data(111, 1), closed, ack(112, 21, 500))).toEqual([
      [],
      ['zero_window'],
      ['zero_window_probe'],
      ['zero_window', 'zero_window_probe_ack'],
      ['ack_lost_segment'],
    ]);
  });

  it('labels the segment that fills a scaled window', () => {
    const scale = { options: [3, 3, 4, 0] };
    const opening = OPENING.map((sent) => (sent.flags === undefined ? sent : { ...sent, ...scale }));
    const labels = play([...opening, ack(101, 20, 10), data(101, 100), data(201, 60)]).labels;
    expect(labels.slice(4)).toEqual([[], ['window_full']]);
  });

  it('does not scale when only one side offers it', () => {
    const [syn, synAck, last] = OPENING;
    const labels = play([{ ...syn, options: [3, 3, 4, 0] } as Sent, synAck as Sent, last as Sent, ack(101, 20, 10), data(101, 10)]).labels;
    expect(labels.at(-1)).toEqual(['window_full']);
  });

  it('knows nothing of full windows when no SYN was captured', () => {
    expect(play([ack(101, 20, 10), data(101, 10)]).labels.flat()).toEqual([]);
  });
});
