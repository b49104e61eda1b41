import { groupedDigits } from '../measure/grouped-digits.ts';
import { largestMessage } from '../measure/message-sizes.ts';
import { Schedule } from '../measure/schedule.ts';
import type { LoadProfile, MessageSize, Stage } from '../model/load.ts';
import { type PortRange, portCount, rangeWords } from './client-ports.ts';
import { LOAD_NUMBERS } from './read-load.ts';
import { LONGEST } from './read-stages.ts';

/** Sends that one driver can tell apart: one every 5 µs. More is a burst by another name. */
const MAX_PER_SECOND = 200_000;
const MAX_CONNECTIONS = 1_000_000;
const MAX_MESSAGES = 1_000_000_000;
/** Messages that wait for their echo are held: what they come to, for all connections together. */
const MAX_HELD_BYTES = 4 * 1024 ** 3;

/** Why a profile is not possible, with the arithmetic; `key` of the profile is where it stands. */
interface LoadProblem {
  readonly key: string;
  /** In words that follow the name of the key: `of at most ..., got ...`. */
  readonly message: string;
}

/** Everything that is more than can be. Pure; `ports`: of one client address. */
export function loadProblems(profile: LoadProfile, ports: PortRange): readonly LoadProblem[] {
  const connections = scheduleProblems('connections', profile);
  const messages = scheduleProblems('messages', profile);
  // Connections that are too many are not worth counting one by one.
  if (connections.length > 0) return [...connections, ...messages];
  const open = openAtOnce(profile);
  const others = [
    pingProblem(profile, open),
    fitProblem(profile),
    fragmentProblem(profile),
    memoryProblem(profile, open),
    portProblem(profile, open, ports),
  ];
  return [...messages, ...others.flatMap((one) => one ?? [])];
}

const MOST = { connections: MAX_CONNECTIONS, messages: MAX_MESSAGES } as const;

function scheduleProblems(key: 'connections' | 'messages', profile: LoadProfile): readonly LoadProblem[] {
  const stages = profile[key];
  if (stages.length === 0 && key === 'messages') return [];
  const { count, endMs } = new Schedule(stages);
  const most = MOST[key];
  const sums = stages.slice(0, 4).map(stageWords).join(', then ') + (stages.length > 4 ? ', then more' : '');
  const problems: LoadProblem[] = [];
  if (count === 0) {
    const instead = key === 'messages' ? '; leave the key out for connections that say nothing' : '';
    problems.push({ key, message: `of at least 1 in all, got 0${sums === '' ? '' : ` (${sums})`}${instead}` });
  }
  if (count > most) problems.push({ key, message: `of at most ${groupedDigits(most)} in all, got ${groupedDigits(count)} (${sums})` });
  if (endMs > LONGEST.max)
    problems.push({ key, message: `of at most ${groupedDigits(LONGEST.max)} ms, a day, got ${groupedDigits(endMs)} ms (${sums})` });
  const peak = Math.max(0, ...stages.map(peakOf));
  return peak > MAX_PER_SECOND * profile.drivers ? [...problems, { key, message: tooFast(peak, profile.drivers) }] : problems;
}

function tooFast(perSecond: number, drivers: number): string {
  const [rate, each, apart] = [perSecond, MAX_PER_SECOND, 1_000_000 / MAX_PER_SECOND].map(groupedDigits);
  const needed = Math.ceil(perSecond / MAX_PER_SECOND);
  const { max } = LOAD_NUMBERS.drivers;
  const remedy =
    needed > max ? `${groupedDigits(needed)} drivers would be needed, and ${max} are possible` : `drivers must be at least ${needed}`;
  return `of at most ${groupedDigits(MAX_PER_SECOND * drivers)} a second, got ${rate} on ${counted(drivers, 'driver')}: one expresses ${each} a second, one every ${apart} µs: ${remedy}`;
}

function pingProblem({ pingEveryMs, drivers }: LoadProfile, open: number): LoadProblem | null {
  const perSecond = pingEveryMs === null ? 0 : (open * 1000) / pingEveryMs;
  if (perSecond <= MAX_PER_SECOND * drivers) return null;
  const sums = `${groupedDigits(open)} connections every ${groupedDigits(pingEveryMs ?? 0)} ms`;
  return { key: 'pingEveryMs', message: `${tooFast(perSecond, drivers)} (${sums})` };
}

/** What is due after the end would silently never be sent. */
function fitProblem({ messages, connections, messagesBegin, durationMs }: LoadProfile): LoadProblem | null {
  const schedules = [
    { key: 'messages', stages: messages },
    ...(messagesBegin === 'together' ? [{ key: 'connections', stages: connections }] : []),
  ];
  for (const { key, stages } of schedules) {
    const { endMs } = new Schedule(stages);
    if (endMs > durationMs)
      return {
        key: 'durationMs',
        message: `of at least ${groupedDigits(endMs)}, got ${groupedDigits(durationMs)}: the stages of '${key}' take ${groupedDigits(endMs)} ms, and the last ${groupedDigits(endMs - durationMs)} ms of them would never come`,
      };
  }
  return null;
}

function fragmentProblem({ fragments, size }: LoadProfile): LoadProblem | null {
  const bytes = smallestMessage(size);
  if (fragments <= bytes) return null;
  return {
    key: 'fragments',
    message: `of at most ${groupedDigits(bytes)}, got ${groupedDigits(fragments)}: the smallest message has ${counted(bytes, 'byte')}, and every frame of it needs one`,
  };
}

/** In an open loop one message a connection is taken to be under way. */
function memoryProblem({ size, depth, loop, messages }: LoadProfile, open: number): LoadProblem | null {
  if (loop === 'open' && messages.length === 0) return null;
  const bytes = largestMessage(size);
  const held = open * bytes * depth;
  if (held <= MAX_HELD_BYTES) return null;
  const product = `${groupedDigits(open)} connections × ${groupedDigits(bytes)} bytes × ${counted(depth, 'message')} in flight`;
  return {
    key: 'payloadBytes',
    message: `of at most ${groupedDigits(Math.floor(MAX_HELD_BYTES / open / depth))} bytes, got ${groupedDigits(bytes)}: ${product} are ${groupedDigits(held)} bytes, and ${groupedDigits(MAX_HELD_BYTES)} (4 GiB) may be held`,
  };
}

/** Connections to one address and port differ in their own address and port alone (RFC 9293 section 3.3.1), so an address has no more of them than ports. */
function portProblem({ sources }: LoadProfile, open: number, ports: PortRange): LoadProblem | null {
  const each = portCount(ports);
  if (open <= each * sources) return null;
  const needed = Math.ceil(open / each);
  const { max } = LOAD_NUMBERS.sources;
  const sums = `${groupedDigits(open)} connections open at once from ${counted(sources, 'address', 'addresses')} need ${groupedDigits(Math.ceil(open / sources))} ports${sources === 1 ? '' : ' each'}; an address has ${groupedDigits(each)} (${rangeWords(ports)})`;
  return needed > max
    ? {
        key: 'connections',
        message: `of at most ${groupedDigits(each * max)} open at once, got ${groupedDigits(open)}: ${sums}; at most ${max} sources are possible`,
      }
    : { key: 'sources', message: `of at least ${needed}, got ${sources}: ${sums}` };
}

/** The most connections that the schedule has open at any time, if none is lost. A connection that is due again at the very end of another comes after it. */
export function openAtOnce({ connections, lifeMs }: Pick<LoadProfile, 'connections' | 'lifeMs'>): number {
  const schedule = new Schedule(connections);
  if (lifeMs === null) return schedule.count;
  let most = 0;
  let first = 0;
  for (let last = 0; last < schedule.count; last++) {
    const dueAtMs = schedule.dueAtMs(last);
    while (schedule.dueAtMs(first) + lifeMs <= dueAtMs) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

const peakOf = (stage: Stage): number => {
  if (stage.kind === 'rate') return Math.max(stage.fromPerSecond, stage.toPerSecond);
  return stage.forMs > stage.everyMs ? (stage.count * 1000) / stage.everyMs : 0;
};

function stageWords(stage: Stage): string {
  const time = `for ${groupedDigits(stage.forMs)} ms`;
  if (stage.kind === 'burst')
    return stage.forMs > stage.everyMs
      ? `${groupedDigits(stage.count)} every ${groupedDigits(stage.everyMs)} ms ${time}`
      : `${groupedDigits(stage.count)} at once`;
  const { fromPerSecond: from, toPerSecond: to } = stage;
  return from === to ? `${rateWords(from)} a second ${time}` : `${rateWords(from)} to ${rateWords(to)} a second ${time}`;
}

/** Rates may have fractions. */
const rateWords = (perSecond: number): string => (Number.isInteger(perSecond) ? groupedDigits(perSecond) : String(perSecond));

const counted = (count: number, one: string, many = `${one}s`): string => `${groupedDigits(count)} ${count === 1 ? one : many}`;

function smallestMessage(size: MessageSize): number {
  if (size.kind === 'fixed') return size.bytes;
  return size.kind === 'uniform' ? size.fromBytes : Math.min(...size.of.map(({ bytes }) => bytes));
}
