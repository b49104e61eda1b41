/*
 * The lowest rung of the impairment ladder: takes IP packets into user space, gives the same packets back, at once or later, and
 * adds resets of its own where a text provokes them.
 * The kernel routes the packets in question to a TUN device (see harness/lab/impair/relay.ts). Where it can copy packets, those that are
 * only looked at come as copies from a second device, and are not given back. TCP still runs from end to end: nothing is terminated.
 *
 *   node main.ts --device hold0 --rules '[{"sources":["10.100.0.128/25"],"rstOnly":true,"holdMs":200}]' \
 *     --copies look0 --triggers '[{"sources":["10.100.0.128/25"],"text":"tick","afterMs":5}]'
 */
import { parseArgs } from 'node:util';
import { FlowWatch } from './flow-watch.ts';
import { holdMs, parseRules, parseTriggers, restoreTtl } from './packet.ts';
import { openTun } from './tun-device.ts';

const PACKETS_PORT = 7001;
const COPIES_PORT = 7003;

const { values } = parseArgs({
  options: {
    device: { type: 'string', default: 'hold0' },
    rules: { type: 'string', default: '[]' },
    copies: { type: 'string' },
    triggers: { type: 'string', default: '[]' },
  },
});
const rules = parseRules(values.rules);
const watch = new FlowWatch(parseTriggers(values.triggers));
const device = await openTun(values.device, PACKETS_PORT, fail);
const copies = values.copies === undefined ? null : await openTun(values.copies, COPIES_PORT, fail);
device.onPacket(take);
copies?.onPacket(look);

function take(packet: Buffer): void {
  const ms = holdMs(packet, rules);
  restoreTtl(packet);
  // Timers of the same length fire in order, so packets that are held alike keep theirs.
  if (ms === 0) giveBack(packet);
  else setTimeout(giveBack, ms, packet);
}

function giveBack(packet: Buffer): void {
  device.send(packet);
  if (copies === null) look(packet);
}

function look(packet: Buffer): void {
  const provoked = watch.see(packet);
  if (provoked === null) return;
  setTimeout(() => {
    for (const reset of provoked.resets()) device.send(reset);
  }, provoked.afterMs);
}

function fail(reason: unknown): void {
  process.stderr.write(`link-relay: socat ended: ${String(reason)}\n`);
  process.exit(1);
}

process.stdin.resume();
process.stdin.once('end', () => {
  device.close();
  copies?.close();
  process.exit(0);
});
process.stdout.write('{"ready":true}\n');
