import { readFile } from 'node:fs/promises';
import { HarnessError } from '../../errors.ts';
import type { Direction, Impairment } from '../../model/impairment.ts';
import type { Command } from '../command.ts';
import type { Topology, TopologyLink } from '../topology.ts';
import { covers, DIRECTIONS, sourcesOf } from './direction.ts';
import { iptables, RELAY_DEVICE } from './packet-filter.ts';
import type { Shaping } from './shaping.ts';

/*
 * The user-space rung: the kernel hands the packets in question to a TUN device and the relay (containers/link-relay) gives the
 * same packets back, later. Packets that are only looked at are copied to a second device where the kernel can (TEE), so that the
 * traffic is as fast as without; else they are handed over like the others and given back at once. TCP still runs from end to end.
 */

/** Packets the relay takes out of the stream and for how long. */
interface RelayHold {
  readonly direction: Direction;
  readonly rstOnly: boolean;
  readonly holdMs: number;
}

/** A text that provokes resets of both ends when the relay sees it in the payload of a direction. */
interface RelayTrigger {
  readonly direction: Direction;
  readonly text: string;
  readonly afterMs: number;
}

/** What is done to the packets of a direction one by one (containers/link-relay/treatments.ts). */
interface RelayTreatment {
  readonly direction: Direction;
  readonly jitterMs: number;
  readonly reorder: { readonly every: number; readonly byMs: number } | null;
  readonly copyAcks: { readonly every: number; readonly copies: number } | null;
}

/** What the relay of a link has to do. */
export interface RelayProgram {
  readonly holds: readonly RelayHold[];
  readonly triggers: readonly RelayTrigger[];
  readonly treatments: readonly RelayTreatment[];
  /** Whether packets that are only looked at come as copies. */
  readonly areCopied: boolean;
  /** Commands that need the relay's TUN device, to run once the relay is up. */
  readonly commands: readonly Command[];
}

/** Device that copies come from, and the address that the kernel sends them to: one for documentation (RFC 5737), which no host has. */
const COPY_DEVICE = 'look0';
const COPY_GATEWAY = '192.0.2.1';
/** Both marks lead to the relay; they differ so that packets that are only looked at do not count as held. */
const HOLD_MARK = '0x64';
const LOOK_MARK = '0x65';
const RELAY_MARKS = `${HOLD_MARK}/0x64`;
const RELAY_TABLE = '100';
/** The TTL that injected packets start with (containers/link-relay/reset-packet.ts); no host of a lab sends with it. */
const INJECTED_TTL = '255';

/** Null when there is nothing for it to do. `shapings`: what the kernel does not carry itself. `copies`: whether it can copy packets. */
export function planRelay(topology: Topology, link: TopologyLink, shapings: readonly Shaping[], copies: boolean): RelayProgram | null {
  const holds = shapings.flatMap(({ direction, delayMs, rstMs }) => [
    ...(delayMs === null ? [] : [{ direction, rstOnly: false, holdMs: delayMs }]),
    ...(rstMs === null ? [] : [{ direction, rstOnly: true, holdMs: rstMs }]),
  ]);
  const triggers = link.impairments.flatMap((i) =>
    i.kind === 'inject-rst' ? [{ direction: i.direction, text: i.onText, afterMs: i.afterMs }] : [],
  );
  const treatments = DIRECTIONS.flatMap((direction) => treatmentOf(link.impairments, direction) ?? []);
  if (holds.length === 0 && triggers.length === 0 && treatments.length === 0) return null;
  const work = { holds, triggers, treatments, areCopied: copies && triggers.length > 0 };
  return { ...work, commands: [...roomFor(work), ...handingOver(topology, link, work), ...looking(topology, link, work)] };
}

/** Of several impairments of a kind the first. Null: nothing is done in this direction. */
function treatmentOf(impairments: readonly Impairment[], direction: Direction): RelayTreatment | null {
  const of = impairments.filter((impairment) => covers(impairment, direction));
  const jitterMs = of.find((i) => i.kind === 'jitter')?.ms ?? 0;
  const late = of.find((i) => i.kind === 'reorder');
  const copied = of.find((i) => i.kind === 'duplicate-acks');
  if (jitterMs === 0 && late === undefined && copied === undefined) return null;
  return {
    direction,
    jitterMs,
    reorder: late === undefined ? null : { every: late.every, byMs: late.byMs },
    copyAcks: copied === undefined ? null : { every: copied.every, copies: copied.copies },
  };
}

type RelayWork = Omit<RelayProgram, 'commands'>;

/** Packets that a device keeps for its relay: with the kernel's 500 a burst of a few connections is cut short. */
const QUEUE_PACKETS = '10000';

const roomFor = ({ areCopied }: RelayWork): readonly Command[] =>
  [RELAY_DEVICE, ...(areCopied ? [COPY_DEVICE] : [])].map((device) => ['ip', 'link', 'set', device, 'txqueuelen', QUEUE_PACKETS]);

function handingOver(topology: Topology, link: TopologyLink, { holds, triggers, treatments, areCopied }: RelayWork): readonly Command[] {
  const inLine = triggers.length > 0 && !areCopied;
  const looked = DIRECTIONS.filter((direction) => inLine || treatments.some((one) => one.direction === direction));
  if (holds.length === 0 && looked.length === 0) return [];
  const mark = (direction: Direction, match: readonly string[], value: string): Command[] =>
    sourcesOf(topology, link.network, direction).map((source) =>
      iptables('-t', 'mangle', '-A', 'PREROUTING', '!', '-i', RELAY_DEVICE, '-s', source, ...match, '-j', 'MARK', '--set-mark', value),
    );
  // Where all packets of a direction are held, its RSTs are among them and must not be counted twice.
  const all = [...holds, ...treatments.filter(({ jitterMs }) => jitterMs > 0).map(({ direction }) => ({ direction, rstOnly: false }))];
  const widest = all.filter((hold, index) => {
    const sooner = (other: (typeof all)[number], at: number): boolean =>
      other.direction === hold.direction && !other.rstOnly && (hold.rstOnly || at < index);
    return !all.some(sooner);
  });
  return [
    ['ip', 'rule', 'add', 'fwmark', RELAY_MARKS, 'lookup', RELAY_TABLE],
    ['ip', 'route', 'add', 'default', 'dev', RELAY_DEVICE, 'table', RELAY_TABLE],
    // MARK does not end the chain: the later mark wins.
    ...looked.flatMap((direction) => mark(direction, ['-p', 'tcp'], LOOK_MARK)),
    ...widest.flatMap((hold) => mark(hold.direction, hold.rstOnly ? ['-p', 'tcp', '--tcp-flags', 'RST', 'RST'] : [], HOLD_MARK)),
  ];
}

/** Both directions, because sequence numbers of both have to be known. Copied is what leaves the link: not what it dropped. */
function looking(topology: Topology, link: TopologyLink, { triggers, areCopied }: RelayWork): readonly Command[] {
  if (triggers.length === 0) return [];
  const copy = (source: string): Command =>
    iptables(
      ...['-t', 'mangle', '-A', 'POSTROUTING', '!', '-o', RELAY_DEVICE, '-s', source, '-p', 'tcp'],
      ...['-j', 'TEE', '--gateway', COPY_GATEWAY, '--oif', COPY_DEVICE],
    );
  const copying: readonly Command[] = [
    ['ip', 'route', 'add', `${COPY_GATEWAY}/32`, 'dev', COPY_DEVICE],
    ...DIRECTIONS.flatMap((direction) => sourcesOf(topology, link.network, direction).map(copy)),
  ];
  return [countInjected(), ...(areCopied ? copying : [])];
}

const countInjected = (): Command =>
  iptables(
    ...['-t', 'mangle', '-A', 'PREROUTING', '-i', RELAY_DEVICE, '-p', 'tcp', '--tcp-flags', 'RST', 'RST'],
    ...['-m', 'ttl', '--ttl-eq', INJECTED_TTL, '-j', 'ACCEPT'],
  );

/** Reads out of `iptables -t mangle -nvxL PREROUTING` how many packets the relay held, and how many it made itself. */
export function parseRelayCounters(listing: string): { readonly heldPackets: number; readonly injectedPackets: number } {
  let heldPackets = 0;
  let injectedPackets = 0;
  for (const [, packets, target, rest = ''] of listing.matchAll(/^\s*(\d+)\s+\d+\s+(MARK|ACCEPT)\s(.*)$/gm)) {
    if (target === 'ACCEPT') injectedPackets += Number(packets);
    else if (rest.includes(`MARK set ${HOLD_MARK}`)) heldPackets += Number(packets);
  }
  return { heldPackets, injectedPackets };
}

/** Command line of the relay program for a link (containers/link-relay/main.ts). */
export function relayArgs(
  topology: Topology,
  link: TopologyLink,
  { holds, triggers, treatments, areCopied }: RelayProgram,
): readonly string[] {
  const withSources = <T extends { readonly direction: Direction }>(of: readonly T[]): string =>
    JSON.stringify(of.map((one) => ({ ...one, sources: sourcesOf(topology, link.network, one.direction) })));
  const copies = areCopied ? ['--copies', COPY_DEVICE] : [];
  const rules = ['--rules', withSources(holds), '--triggers', withSources(triggers), '--treatments', withSources(treatments)];
  return ['--device', RELAY_DEVICE, ...rules, ...copies];
}

/** The relay ended instead of being ready: what it printed is the reason. */
export async function relayFailed(link: TopologyLink, logFile: string): Promise<HarnessError> {
  const said = (await readFile(logFile, 'utf8').catch(() => '')).trim().slice(-1000);
  return new HarnessError('LAB_ERR_HOST_DIED', `the relay of link ${link.name} ended before it was ready: ${said || 'it printed nothing'}`);
}
