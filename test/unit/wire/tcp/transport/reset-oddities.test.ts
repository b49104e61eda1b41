import { describe, expect, it } from 'vitest';
import { TCP_ACK, TCP_RST } from '../../../../../harness/wire/tcp/tcp-segment.ts';
import { mssOption, optionBytes, type Said, Talk, timestamps } from './talk.ts';

const stamps = optionBytes(timestamps(5, 6));

/** b sends five packets that count up from 500 with TTL 57, then a reset in answer to the last data of a. */
const odditiesOf = (reset: Said, others: Said = {}, waitMs = 0.2): readonly string[] => {
  const talk = new Talk();
  const syn = optionBytes(mssOption(1460), timestamps(1, 0));
  talk.a(0, { flags: 2, seq: 0, options: syn });
  talk.b(1, { flags: 0x12, seq: 0, options: syn, ttl: 57, ipId: 0, ...others });
  talk.a(1.1, { seq: 1, options: stamps });
  for (let n = 0; n < 5; n += 1) talk.b(2 + n, { seq: 1 + 10 * n, length: 10, ttl: 57, ipId: 500 + n, options: stamps, ...others });
  talk.a(8, { seq: 1, ack: 51, length: 7, options: stamps });
  talk.b(8 + waitMs, { flags: TCP_RST | TCP_ACK, seq: 51, ack: 8, ttl: 57, ipId: 505, ...reset });
  return talk.finish().resets[0]?.oddities ?? ['no reset'];
};

describe('resetOddities', () => {
  // Linux answers for a socket it does not know with IP-ID 0 and no options.
  it.each<[string, Said]>([
    ['one like all others', { options: stamps }],
    ['one without timestamps and with IP-ID 0', { ipId: 0 }],
    ['one from a hop nearer', { ttl: 58 }],
    ['one a few packets later', { ipId: 900 }],
    ['one whose number lies behind, in answer to an older segment', { seq: 1 }],
  ])('finds nothing odd in %s', (_, reset) => {
    expect(odditiesOf(reset)).toEqual([]);
  });

  it('names another TTL, and then the missing timestamps as well', () => {
    expect(odditiesOf({ ttl: 64 })).toEqual([
      'TTL 64 where the other packets of this end have 57',
      'no TCP timestamps, which the other packets of this end carry',
    ]);
    expect(odditiesOf({ ttl: 255, options: stamps })).toEqual(['TTL 255 where the other packets of this end have 57']);
  });

  it('names an IP-ID far from the others, or one where they have none', () => {
    expect(odditiesOf({ ipId: 33_000, options: stamps })).toEqual([
      'IP-ID 32,496 away from the packet before, where the other packets of this end are at most 1 apart',
    ]);
    expect(odditiesOf({ ipId: 4660, options: stamps }, { ipId: 0 })).toEqual(['IP-ID 4660 where the other packets of this end have 0']);
  });

  it('says nothing of IP-IDs after a silence, in which the end may have sent elsewhere', () => {
    expect(odditiesOf({ ipId: 33_000, options: stamps }, {}, 60_000)).toEqual([]);
  });

  it('names a sequence number that the peer would not take', () => {
    expect(odditiesOf({ seq: -900_000, options: stamps })).toEqual(['sequence number 900,051 bytes behind what its peer had acknowledged']);
    expect(odditiesOf({ seq: 900_000, options: stamps })).toEqual(['sequence number 899,949 bytes beyond what its end had sent']);
  });
});
