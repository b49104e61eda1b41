/*
 * The lowest rung of the impairment ladder: takes IP packets into user space, gives the same packets back, at once or later, in
 * another order or more than once, and adds resets of its own where a text provokes them.
 * The kernel routes the packets in question to a TUN device (see harness/lab/impair/relay.ts). Where it can copy packets, those that are
 * only looked at come as copies from a second device, and are not given back. TCP still runs from end to end: nothing is terminated.
 *
 *   node main.ts --device hold0 --rules '[{"sources":["10.100.0.128/25"],"rstOnly":true,"holdMs":200}]' \
 *     --copies look0 --triggers '[{"sources":["10.100.0.128/25"],"text":"tick","afterMs":5}]'
 *
 * `--treatments` says which packets wait for a time of their own, are overtaken or come more than once (treatments.ts). A line `counts` on
 * standard input is answered with how many of them there were.
 */
import { parseArgs } from 'node:util';
import { createInterface } from 'node:readline';
import { DelayLine } from './delay-line.ts';
import { FlowWatch } from './flow-watch.ts';
import { holdMs, isReset, parseRules, parseTriggers, restoreTtl } from './packet.ts';
import { copyOf, Treatments } from './treatments.ts';
import { openTun } from './tun-device.ts';

const PACKETS_PORT = 7001;
const COPIES_PORT = 7003;

const { values } = parseArgs({
  options: {
    device: { type: 'string', default: 'hold0' },
    rules: { type: 'string', default: '[]' },
    copies: { type: 'string' },
    triggers: { type: 'string', default: '[]' },
    treatments: { type: 'string', default: '[]' },
  },
});
const rules = parseRules(values.rules);
const watch = new FlowWatch(parseTriggers(values.triggers));
const treatments = new Treatments(values.treatments);
const clock = { now: () => performance.now(), after: (ms: number, call: () => void) => void setTimeout(call, ms) };
/** Lines of connections; an empty one may be forgotten. */
const MAX_LINES = 4096;
const lines = new Map<string, DelayLine>();
const device = await openTun(values.device, PACKETS_PORT, fail);
const copies = values.copies === undefined ? null : await openTun(values.copies, COPIES_PORT, fail);
device.onPacket(take);
copies?.onPacket(look);

function take(packet: Buffer): void {
  const ms = holdMs(packet, rules);
  const turn = treatments.of(packet);
  restoreTtl(packet);
  // A reset that is held for longer than the rest steps out of the order as well.
  if (turn === null || turn.lateMs > 0 || (ms > 0 && isReset(packet))) later(packet, ms + (turn?.lateMs ?? 0) + (turn?.jitterMs ?? 0));
  else {
    const line = lineOf(turn.lane);
    line.push(packet, ms + turn.jitterMs);
    for (let round = 1; round <= turn.copies; round++) line.push(copyOf(packet, round), ms + turn.jitterMs);
  }
}

function later(packet: Buffer, ms: number): void {
  // Timers of the same length fire in order, so packets that are held alike keep theirs.
  if (ms === 0) giveBack(packet);
  else setTimeout(giveBack, ms, packet);
}

function lineOf(lane: string): DelayLine {
  const line = lines.get(lane) ?? new DelayLine(clock, giveBack);
  if (lines.size >= MAX_LINES) for (const [name, other] of lines) if (other.isEmpty) lines.delete(name);
  lines.set(lane, line);
  return line;
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
  process.stderr.write(`link-relay: ${String(reason)}\n`);
  process.exit(1);
}

const questions = createInterface({ input: process.stdin });
questions.on('line', () => process.stdout.write(`${JSON.stringify({ late: treatments.late, copied: treatments.copied })}\n`));
questions.once('close', () => {
  device.close();
  copies?.close();
  process.exit(0);
});
process.stdout.write('{"ready":true}\n');
