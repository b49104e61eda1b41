/*
 * The lowest rung of the impairment ladder: holds IP packets back in user space and gives the same packets back.
 * The kernel routes the packets in question to a TUN device (see harness/lab/impair.ts). socat joins the device to a UDP port,
 * one datagram a packet, because Node cannot open a TUN device itself. TCP still runs from end to end: nothing is terminated.
 *
 *   node main.ts --device hold0 --rules '[{"sources":["10.100.0.128/25"],"rstOnly":true,"holdMs":200}]'
 */
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { holdMs, parseRules, restoreTtl } from './packet.ts';

const RELAY_PORT = 7001;
const SOCAT_PORT = 7002;

const { values } = parseArgs({ options: { device: { type: 'string', default: 'hold0' }, rules: { type: 'string', default: '[]' } } });
const rules = parseRules(values.rules);
const socket = createSocket('udp4');
socket.on('message', (packet) => {
  const ms = holdMs(packet, rules);
  restoreTtl(packet);
  // A timer of 0 ms keeps the order of packets that are not held.
  setTimeout(() => socket.send(packet, SOCAT_PORT, '127.0.0.1'), ms);
});
await new Promise<void>((resolve) => socket.bind(RELAY_PORT, '127.0.0.1', resolve));

const socat = spawn(
  'socat',
  ['-b', '65536', `TUN,tun-name=${values.device},iff-no-pi,iff-up`, `UDP4-DATAGRAM:127.0.0.1:${RELAY_PORT},bind=127.0.0.1:${SOCAT_PORT}`],
  {
    stdio: ['ignore', 'inherit', 'inherit'],
  },
);
socat.once('error', fail);
socat.once('exit', fail);

function fail(reason: unknown): void {
  process.stderr.write(`link-relay: socat ended: ${String(reason)}\n`);
  process.exit(1);
}

process.stdin.resume();
process.stdin.once('end', () => {
  socat.off('exit', fail);
  socat.kill('SIGKILL');
  process.exit(0);
});

const READY_TRIES = 400;
for (let tries = 0; !existsSync(`/proc/sys/net/ipv4/conf/${values.device}`) && tries < READY_TRIES; tries++) await sleep(5);
process.stdout.write('{"ready":true}\n');
