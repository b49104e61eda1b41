import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { counterDelta, parseTcpCounters } from '../../../harness/probes/tcp-counters.ts';

const SNMP = `Ip: Forwarding DefaultTTL
Ip: 1 64
Tcp: RtoAlgorithm MaxConn OutSegs RetransSegs
Tcp: 1 -1 100 7
`;
const NETSTAT = `TcpExt: TCPTimeouts TCPLossProbes
TcpExt: 2 3
IpExt: InNoRoutes
IpExt: 9
`;

describe('parseTcpCounters', () => {
  it('reads counters by the kernel names, whatever their order', () => {
    expect(parseTcpCounters(SNMP + NETSTAT)).toEqual({
      RtoAlgorithm: 1,
      MaxConn: -1,
      OutSegs: 100,
      RetransSegs: 7,
      TCPTimeouts: 2,
      TCPLossProbes: 3,
    });
  });

  it('gives nothing for a text that holds no counters', () => {
    expect(parseTcpCounters('')).toEqual({});
    expect(parseTcpCounters('Tcp: OutSegs\n')).toEqual({});
  });

  it("reads this machine's own counters", () => {
    const counters = parseTcpCounters(readFileSync('/proc/net/snmp', 'utf8') + readFileSync('/proc/net/netstat', 'utf8'));
    expect(counters).toHaveProperty('RetransSegs');
    expect(counters).toHaveProperty('TCPTimeouts');
  });
});

describe('counterDelta', () => {
  it('keeps what moved, and the two that every report prints', () => {
    const before = { OutSegs: 100, RetransSegs: 7, TCPTimeouts: 2, TCPLossProbes: 3 };
    expect(counterDelta(before, { ...before, OutSegs: 150, TCPTimeouts: 3 })).toEqual({ OutSegs: 50, RetransSegs: 0, TCPTimeouts: 1 });
  });
});
