import { describe, expect, it } from 'vitest';
import { memorySeconds, parseForwardCounters } from '../../../../harness/lab/impair/packet-filter.ts';

describe('parseForwardCounters', () => {
  const listing = `Chain FORWARD (policy ACCEPT 0 packets, 0 bytes)
    pkts      bytes target     prot opt in     out     source               destination
      40     2000 TO_ORIGIN  all  --  !hold0 *       10.100.0.0/25        0.0.0.0/0
      30     1500 TO_CLIENT  all  --  !hold0 *       10.100.0.128/25      0.0.0.0/0

Chain OUTPUT (policy ACCEPT 5 packets, 400 bytes)
    pkts      bytes target     prot opt in     out     source               destination
       3      252 DROP       icmp --  *      *       0.0.0.0/0            0.0.0.0/0            icmptype 5

Chain TO_ORIGIN (1 references)
    pkts      bytes target     prot opt in     out     source               destination
       4      200 DROP       all  --  *      *       0.0.0.0/0            0.0.0.0/0            statistic mode nth every 10 packet 9
`;

  it('counts a SYN that was answered with a reset as dropped, and as refused', () => {
    const refusing = `${listing}       3      180 REJECT     tcp  --  *      *       0.0.0.0/0            0.0.0.0/0            #conn src/0 > 6 reject-with tcp-reset\n`;
    expect(parseForwardCounters(refusing)).toEqual({ droppedPackets: 7, forwardedPackets: 63, refusedPackets: 3 });
  });

  it('tells dropped from forwarded and leaves other chains out', () => {
    expect(parseForwardCounters(listing)).toEqual({ droppedPackets: 4, forwardedPackets: 66, refusedPackets: 0 });
  });
});

describe('memorySeconds', () => {
  it.each([
    [2000, 2],
    [1, 1],
    [1200, 2],
  ])('keeps a limit of %d ms as %d whole seconds', (afterMs, seconds) => {
    expect(memorySeconds(afterMs)).toBe(seconds);
  });
});
