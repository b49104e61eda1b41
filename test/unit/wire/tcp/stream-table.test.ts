import { describe, expect, it } from 'vitest';
import { StreamLabels } from '../../../../harness/wire/tcp/stream-labels.ts';
import { StreamTable } from '../../../../harness/wire/tcp/stream-table.ts';
import { TcpSegment } from '../../../../harness/wire/tcp/tcp-segment.ts';
import { play, type Sent } from '../../../fixtures/segment-script.ts';

const SYN: Sent = { from: 'a', flags: 'S', seq: 100 };

const newTable = (): StreamTable<{ index: number; labels: StreamLabels }> =>
  new StreamTable((index) => ({ index, labels: new StreamLabels(0) }));

const segment = (fields: Partial<TcpSegment>): TcpSegment => Object.assign(new TcpSegment(), fields);

describe('StreamTable', () => {
  it('puts both directions into one stream, and calls the way of its first packet 0', () => {
    const seen = play([
      { from: 'b', seq: 1 },
      { from: 'a', seq: 1 },
      { from: 'b', seq: 1 },
    ]);
    expect(seen.streams).toEqual([0, 0, 0]);
    expect(seen.directions).toEqual([0, 1, 0]);
  });

  it('starts a new stream for a SYN with another number, and says that the ports were in use', () => {
    const seen = play([
      SYN,
      { from: 'b', flags: 'SA', seq: 200, ack: 101 },
      { ...SYN, seq: 900 },
      { from: 'b', flags: 'SA', seq: 950, ack: 901 },
    ]);
    expect(seen.streams).toEqual([0, 0, 1, 1]);
    expect(seen.labels).toEqual([[], [], ['reused_ports'], []]);
  });

  it('numbers directions anew when the other end opens the next connection', () => {
    const seen = play([
      SYN,
      { from: 'b', flags: 'SA', seq: 200, ack: 101 },
      { from: 'b', flags: 'S', seq: 700 },
      { from: 'a', seq: 1, ack: 701 },
    ]);
    expect(seen.streams).toEqual([0, 0, 1, 1]);
    expect(seen.directions).toEqual([0, 1, 0, 1]);
  });

  it('keeps the stream when a SYN is repeated', () => {
    const seen = play([SYN, { ...SYN, atMs: 1000 }]);
    expect(seen.streams).toEqual([0, 0]);
    expect(seen.labels).toEqual([[], ['retransmission']]);
  });

  it('keeps the stream when a SYN-ACK comes with another number, and labels it', () => {
    const seen = play([SYN, { from: 'b', flags: 'SA', seq: 200, ack: 101 }, { from: 'b', flags: 'SA', seq: 300, ack: 101 }]);
    expect(seen.streams).toEqual([0, 0, 0]);
    expect(seen.labels[2]).toContain('reused_ports');
  });

  it('starts a new stream for a SYN when only later packets of the old one were captured', () => {
    expect(
      play([
        { from: 'b', seq: 500, ack: 300 },
        { ...SYN, seq: 299 },
      ]).streams,
    ).toEqual([0, 0]);
    expect(
      play([
        { from: 'b', seq: 500, ack: 300 },
        { ...SYN, seq: 298 },
      ]).streams,
    ).toEqual([0, 1]);
  });

  it('tells IPv4 from IPv6, and every word of an IPv6 address', () => {
    const table = newTable();
    const base = { sourcePort: 1, destinationPort: 2, source3: 5, destination3: 6 };
    const all = [
      segment({ ...base, ipVersion: 4 }),
      segment({ ...base, ipVersion: 6 }),
      segment({ ...base, ipVersion: 6, source0: 1 }),
      segment({ ...base, ipVersion: 6, source1: 1 }),
      segment({ ...base, ipVersion: 6, source2: 1 }),
      segment({ ...base, ipVersion: 6, destination0: 1 }),
      segment({ ...base, ipVersion: 6, destination1: 1 }),
      segment({ ...base, ipVersion: 6, destination2: 1 }),
    ];
    expect(all.map((one) => table.find(one).index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(all.map((one) => table.find(one).index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('does not mix up connections whose ports are swapped between the same hosts', () => {
    const table = newTable();
    const ends = { source3: 5, destination3: 6 };
    expect(table.find(segment({ ...ends, sourcePort: 1, destinationPort: 2 })).index).toBe(0);
    expect(table.find(segment({ ...ends, sourcePort: 2, destinationPort: 1 })).index).toBe(1);
    expect(table.find(segment({ source3: 6, destination3: 5, sourcePort: 2, destinationPort: 1 })).index).toBe(0);
    expect(table.direction).toBe(1);
  });

  it('finds each of very many connections again, from either end', () => {
    const table = newTable();
    const one = segment({ destination3: 0x0a800001, destinationPort: 443 });
    const other = segment({ source3: 0x0a800001, sourcePort: 443 });
    const count = 30_000;
    for (let n = 0; n < count; n += 1) {
      one.source3 = 0xac100000 + (n >> 6);
      one.sourcePort = 1024 + (n & 63);
      table.find(one);
    }
    for (let n = 0; n < count; n += 97) {
      other.destination3 = (0xac100000 + (n >> 6)) | 0;
      other.destinationPort = 1024 + (n & 63);
      expect([table.find(other).index, table.direction]).toEqual([n, 1]);
    }
    expect(table.streams).toHaveLength(count);
  });
});
