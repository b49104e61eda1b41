import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { countersOf, droppedInQueues } from '../../../../harness/lab/impair/link-counters.ts';
import { RunningRelay } from '../../../../harness/lab/impair/running-relay.ts';

const QUEUES = `qdisc noqueue 0: dev lo root refcnt 2
 Sent 0 bytes 0 pkt (dropped 0, overlimits 0 requeues 0)
qdisc htb 1: dev near0 root refcnt 13 r2q 10 default 0x10 direct_packets_stat 0 direct_qlen 1000
 Sent 1226 bytes 11 pkt (dropped 7, overlimits 3 requeues 0)
 backlog 0b 0p requeues 0
qdisc htb 1: dev far0 root refcnt 13 r2q 10 default 0x10 direct_packets_stat 0 direct_qlen 1000
 Sent 99 bytes 1 pkt (dropped 5, overlimits 0 requeues 0)
`;
const FORWARD = `Chain FORWARD (policy ACCEPT 0 packets, 0 bytes)
      40     2000 TO_ORIGIN  all  --  !hold0 *       10.100.0.0/25        0.0.0.0/0
Chain TO_ORIGIN (1 references)
       4      200 DROP       all  --  *      *       0.0.0.0/0            0.0.0.0/0
       2      120 REJECT     tcp  --  *      *       0.0.0.0/0            0.0.0.0/0            reject-with tcp-reset
`;
const MANGLE = `Chain PREROUTING (policy ACCEPT 12 packets, 720 bytes)
      21     1050 MARK       tcp  --  !hold0 *       10.100.0.128/25      0.0.0.0/0            MARK set 0x64
`;
const listings = { forward: FORWARD, mangle: MANGLE, queues: QUEUES };

function relayThatSays(...answers: readonly string[]): RunningRelay {
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  const said = [...answers];
  stdin.on('data', () => stdout.write(`${said.shift() ?? ''}\n`));
  const relay = new RunningRelay(stdin, stdout, new Promise(() => undefined));
  stdout.write('{"ready":true}\n');
  return relay;
}

it('packets that a full queue dropped are counted over all devices', () => {
  expect(droppedInQueues(QUEUES)).toBe(12);
  expect(droppedInQueues('')).toBe(0);
});

it('what rules, queues and the relay counted is put together', async () => {
  const relay = relayThatSays('{"late":3,"copied":8}');
  expect(await relay.isReady).toBe(true);
  expect(await countersOf(listings, relay)).toEqual({ droppedPackets: 18, forwardedPackets: 22, heldPackets: 24, injectedPackets: 10 });
  expect(await countersOf(listings, null)).toMatchObject({ heldPackets: 21, injectedPackets: 2 });
});

it('without an answer of the relay nothing is known', async () => {
  const relay = new RunningRelay(new PassThrough(), new PassThrough(), Promise.resolve());
  expect(await relay.isReady).toBe(false);
  expect(await countersOf(listings, relay)).toBeNull();
});
