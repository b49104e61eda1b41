import { isScalar, isSeq } from 'yaml';
import type { LoadProfile, MessageSize, Reconnect, SlowReaders } from '../model/load.ts';
import { Schedule } from '../measure/schedule.ts';
import { groupedDigits } from '../measure/grouped-digits.ts';
import { BURST, burstOf, LONGEST, RATE, readStages, steadyRate } from './read-stages.ts';
import { type NumberRule, type SpecItem, SpecMap } from './spec-map.ts';
import type { SpecDocument } from './spec-document.ts';

export const LOAD_KEYS = [
  ...(['loop', 'connections', 'lifeMs', 'messages', 'messagesBegin', 'depth', 'thinkMs', 'durationMs', 'payloadBytes', 'payload'] as const),
  ...(['fragments', 'pingEveryMs', 'deflate', 'sources', 'reconnect', 'slowReaders', 'drivers', 'compared'] as const),
] as const;
export const RECONNECT_KEYS = ['firstMs', 'factor', 'mostMs', 'jitter', 'attempts'] as const satisfies readonly (keyof Reconnect)[];
export const SLOW_READER_KEYS = ['share', 'everyMs', 'pauseMs'] as const satisfies readonly (keyof SlowReaders)[];
export const LOOPS = ['open', 'closed'] as const satisfies readonly LoadProfile['loop'][];
export const MESSAGES_BEGIN = ['opened', 'together'] as const satisfies readonly LoadProfile['messagesBegin'][];
export const PAYLOADS = ['text', 'binary'] as const satisfies readonly LoadProfile['payload'][];

/** The limits of the keys that are plain numbers. */
export const LOAD_NUMBERS = {
  lifeMs: LONGEST,
  durationMs: LONGEST,
  pingEveryMs: LONGEST,
  depth: { min: 1, max: 1000, whole: true },
  thinkMs: { min: 0, max: 3_600_000, whole: true },
  fragments: { min: 1, max: 1000, whole: true },
  // All addresses of a client host are in one half of its network.
  sources: { min: 1, max: 100, whole: true },
  drivers: { min: 1, max: 32, whole: true },
} as const satisfies Record<string, NumberRule>;

/** The end of every size: what an origin takes in one message. */
export const BYTES: NumberRule = { min: 1, max: 16_777_216, whole: true };
const WEIGHT: NumberRule = { min: 0.000_001, max: 1_000_000, required: true };
const MAX_SIZES = 50;

/** A profile as it is written under `loads`. What is wrong in itself is reported; whether it comes to too much is for `loadProblems`. */
export function readLoad(document: SpecDocument, item: SpecItem, seed: number): LoadProfile {
  const map = new SpecMap(document, item, LOAD_KEYS);
  const number = (key: keyof typeof LOAD_NUMBERS): number | null => map.number(key, LOAD_NUMBERS[key]);
  if (map.node !== null && !map.has('connections'))
    map.report('SPEC_ERR_WRONG_TYPE', `expected ${map.name} to have the key 'connections', got none`);
  const loop = map.choice('loop', LOOPS) ?? 'open';
  checkLoop(map, loop);
  const connections = readStages(map, 'connections', { rule: BURST, stage: burstOf });
  const durationMs = number('durationMs');
  const messages = readStages(map, 'messages', { rule: RATE, stage: (perSecond) => steadyRate(perSecond, durationMs ?? 1) });
  const messagesBegin = map.choice('messagesBegin', MESSAGES_BEGIN) ?? 'opened';
  return {
    loop,
    connections,
    lifeMs: number('lifeMs'),
    messages,
    messagesBegin,
    depth: number('depth') ?? 1,
    thinkMs: number('thinkMs') ?? 0,
    durationMs: durationMs ?? endOf(map, { connections, messages, messagesBegin }),
    size: readSize(map),
    payload: map.choice('payload', PAYLOADS) ?? 'text',
    fragments: number('fragments') ?? 1,
    pingEveryMs: number('pingEveryMs'),
    deflate: map.flag('deflate') ?? false,
    sources: number('sources') ?? 1,
    reconnect: map.has('reconnect') ? readReconnect(map.map('reconnect', RECONNECT_KEYS)) : null,
    slowReaders: map.has('slowReaders') ? readSlowReaders(map.map('slowReaders', SLOW_READER_KEYS)) : null,
    drivers: number('drivers') ?? 1,
    compared: map.flag('compared') ?? true,
    seed,
  };
}

/** A closed loop has no schedule of messages, and only it waits for echoes. */
function checkLoop(map: SpecMap, loop: LoadProfile['loop']): void {
  const foreign = loop === 'closed' ? (['messages'] as const) : (['depth', 'thinkMs'] as const);
  const because =
    loop === 'closed'
      ? 'in a closed loop each connection sends when an echo came, with depth and thinkMs'
      : 'in an open loop messages are sent when they are due, whatever came back; they are for loop: closed';
  for (const key of foreign) {
    if (map.has(key)) map.reportKey('SPEC_ERR_LOAD', `expected ${map.name} without '${key}', got it with loop: ${loop}: ${because}`, key);
  }
}

/** The end of the schedules, where the profile has a schedule of messages and says no duration. */
function endOf(
  map: SpecMap,
  { connections, messages, messagesBegin }: Pick<LoadProfile, 'connections' | 'messages' | 'messagesBegin'>,
): number {
  const { node } = map.item('messages');
  if (isSeq(node) && node.items.length > 0) {
    const ends = messagesBegin === 'together' ? [messages, connections] : [messages];
    return Math.max(1, ...ends.map((stages) => new Schedule(stages).endMs));
  }
  if (!map.has('durationMs') && map.node !== null)
    map.report(
      'SPEC_ERR_WRONG_TYPE',
      `expected ${map.name} to have the key 'durationMs', got none: only a list of stages under 'messages' has an end of its own`,
      'messages',
    );
  return 1;
}

function readSize(map: SpecMap): MessageSize {
  const { document } = map;
  const item = map.item('payloadBytes');
  if (item.node === null) return { kind: 'fixed', bytes: 64 };
  if (isScalar(item.node)) return { kind: 'fixed', bytes: map.number('payloadBytes', BYTES) ?? 64 };
  if (isSeq(item.node)) {
    const of = map.list('payloadBytes', MAX_SIZES).map((entry) => {
      const one = new SpecMap(document, entry, ['bytes', 'weight']);
      return { bytes: one.number('bytes', { ...BYTES, required: true }) ?? 1, weight: one.number('weight', WEIGHT) ?? 1 };
    });
    if (of.length === 0)
      map.report('SPEC_ERR_WRONG_TYPE', `expected ${item.name} to have at least one size, got an empty list`, 'payloadBytes');
    return { kind: 'weighted', of };
  }
  const range = new SpecMap(document, item, ['from', 'to']);
  const fromBytes = range.number('from', { ...BYTES, required: true }) ?? 1;
  const toBytes = range.number('to', { ...BYTES, required: true }) ?? fromBytes;
  if (toBytes < fromBytes)
    range.report(
      'SPEC_ERR_LOAD',
      `expected ${range.name}.to to be at least ${range.name}.from, ${groupedDigits(fromBytes)} bytes, got ${groupedDigits(toBytes)}`,
      'to',
    );
  return { kind: 'uniform', fromBytes, toBytes };
}

function readReconnect(map: SpecMap): Reconnect {
  const firstMs = map.number('firstMs', LONGEST) ?? 100;
  const mostMs = map.number('mostMs', LONGEST) ?? Math.max(10_000, firstMs);
  if (mostMs < firstMs)
    map.report(
      'SPEC_ERR_LOAD',
      `expected ${map.name}.mostMs to be at least the first wait, ${groupedDigits(firstMs)} ms, got ${groupedDigits(mostMs)}: waits grow from one to the other`,
      'mostMs',
    );
  return {
    firstMs,
    // Below 1 each wait were shorter than the one before it.
    factor: map.number('factor', { min: 1, max: 100 }) ?? 2,
    mostMs,
    jitter: map.number('jitter', { min: 0, max: 1 }) ?? 1,
    attempts: map.number('attempts', { min: 1, max: 1000, whole: true }) ?? 10,
  };
}

function readSlowReaders(map: SpecMap): SlowReaders {
  const everyMs = map.number('everyMs', LONGEST) ?? 2000;
  const pauseMs = map.number('pauseMs', LONGEST) ?? Math.max(1, Math.floor(everyMs / 2));
  if (pauseMs >= everyMs)
    map.report(
      'SPEC_ERR_LOAD',
      `expected ${map.name}.pauseMs to be below everyMs, ${groupedDigits(everyMs)}, got ${groupedDigits(pauseMs)}: ${groupedDigits(pauseMs)} ms of pause in every ${groupedDigits(everyMs)} ms leave nothing to read in`,
      map.has('pauseMs') ? 'pauseMs' : 'everyMs',
    );
  return { share: map.number('share', { min: 0.001, max: 1 }) ?? 0.1, everyMs, pauseMs };
}
