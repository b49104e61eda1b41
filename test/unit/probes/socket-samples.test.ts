import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../harness/measure/seeded-random.ts';
import { parseSockets } from '../../../harness/probes/socket-samples.ts';

/** Lines of ss of iproute2 6.1, as printed. */
const RENO =
  'ESTAB 0      0       10.100.0.10:45900 10.100.1.130:9000  reno wscale:10,10 rto:204 rtt:0.038/0.033 ato:40 mss:1448 pmtu:1500 rcvmss:536 advmss:1448 cwnd:12 ssthresh:8 bytes_sent:57000 bytes_retrans:2896 bytes_acked:54105 bytes_received:5700 segs_out:232 segs_in:230 data_segs_out:171 data_segs_in:171 send 121586526316bps lastsnd:4 pacing_rate 47646702960bps delivery_rate 35002181816bps delivered:172 busy:276ms unacked:3 retrans:1/2 rcv_rtt:0.061 rcv_space:99947 rcv_ssthresh:316164 minrtt:0.008 snd_wnd:96256                                ';
const QUIET =
  'ESTAB     0      34464  [::ffff:10.100.1.130]:9000  [::ffff:10.100.0.10]:45900 reno wscale:10,10 rto:204 rtt:2.307/2.487 mss:1448 cwnd:10 minrtt:0.001';

describe('parseSockets', () => {
  it('reads the measures that matter', () => {
    expect(parseSockets([RENO])).toEqual([
      {
        local: '10.100.0.10:45900',
        peer: '10.100.1.130:9000',
        sample: {
          state: 'ESTAB',
          rttMs: 0.038,
          minRttMs: 0.008,
          cwndSegs: 12,
          unackedSegs: 3,
          retransSegs: 2,
          bytesRetrans: 2896,
          deliveryRateBitPerSecond: 35_002_181_816,
          recvQueueBytes: 0,
          sendQueueBytes: 0,
        },
      },
    ]);
  });

  it('takes what ss leaves out for 0, and knows an IPv4 address in an IPv6 socket', () => {
    expect(parseSockets([QUIET])).toEqual([
      {
        local: '10.100.1.130:9000',
        peer: '10.100.0.10:45900',
        sample: {
          ...{ state: 'ESTAB', rttMs: 2.307, minRttMs: 0.001, cwndSegs: 10 },
          ...{ unackedSegs: 0, retransSegs: 0, bytesRetrans: 0, deliveryRateBitPerSecond: null },
          ...{ recvQueueBytes: 0, sendQueueBytes: 34_464 },
        },
      },
    ]);
  });

  it('knows the rates of older versions', () => {
    const [socket] = parseSockets(['FIN-WAIT-1 0 1 10.0.0.1%eth0:80 [fe80::1%eth0]:5000 cwnd:1 delivery_rate 35.5Mbps']);
    expect(socket).toMatchObject({
      local: '10.0.0.1:80',
      peer: '[fe80::1]:5000',
      sample: { state: 'FIN-WAIT-1', deliveryRateBitPerSecond: 35_500_000 },
    });
  });

  it('claims nothing of a socket without TCP_INFO', () => {
    const [socket] = parseSockets(['SYN-SENT 0 1 10.0.0.1:80 10.0.0.2:81']);
    const { state, recvQueueBytes: _, sendQueueBytes, ...measures } = socket?.sample ?? { state: '' };
    expect(sendQueueBytes).toBe(1);
    expect(state).toBe('SYN-SENT');
    expect(new Set(Object.values(measures))).toEqual(new Set([null]));
  });

  it.each([
    ['nothing', ''],
    ['a heading', 'State Recv-Q Send-Q Local Address:Port Peer Address:Port Process'],
    ['a listening socket', 'LISTEN    0      511        [::1]:7789       [::]:*     bbr cwnd:10'],
    ['a complaint', 'ss: unrecognized option: O'],
    ['what tcpdump says meanwhile', 'tcpdump: Unable to write output: No space left on device'],
    ['a port that is none', 'ESTAB 0 0 10.0.0.1:http 10.0.0.2:99999999'],
    ['an address with other things in it', 'ESTAB 0 0 <script>:80 10.0.0.2:81 cwnd:10'],
  ])('passes over %s', (_, line) => {
    expect(parseSockets([line])).toEqual([]);
  });

  it('survives whatever is in a line', () => {
    const random = seededRandom(7);
    for (let round = 0; round < 500; round++) {
      const bytes = Buffer.from(RENO);
      for (let n = 0; n < 8; n++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      for (const { local, peer, sample } of parseSockets([bytes.toString('latin1')])) {
        expect(`${local} ${peer}`).toMatch(/^[[\]\w.:]+ [[\]\w.:]+$/);
        expect(Object.values(sample).filter((value) => typeof value === 'number' && !Number.isFinite(value))).toEqual([]);
      }
    }
  });
});
