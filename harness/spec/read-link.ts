import type { Direction, Impairment } from '../model/impairment.ts';
import type { Link } from '../model/path.ts';
import { isReservedName, NAME } from './names.ts';
import { quoted } from './problem.ts';
import { type NumberRule, type SpecItem, SpecMap, type TextRule } from './spec-map.ts';
import type { SpecDocument } from './spec-document.ts';

export const LINK_KEYS = ['name', 'impairments'] as const;
export const DIRECTIONS = ['both', 'to-origin', 'to-client'] as const satisfies readonly Impairment['direction'][];
const ONE_DIRECTION = ['to-origin', 'to-client'] as const satisfies readonly Direction[];

/** The number that each kind of impairment takes, with its limits. */
const IMPAIRMENT_NUMBERS = {
  loss: { key: 'percent', min: 0, max: 100, whole: false },
  // Every first packet would be all of them.
  'loss-nth': { key: 'every', min: 2, max: 1_000_000, whole: true },
  'loss-burst': { key: 'every', min: 2, max: 1_000_000, whole: true },
  'loss-tail': { key: 'every', min: 2, max: 1_000_000, whole: true },
  delay: { key: 'ms', min: 0, max: 60_000, whole: false },
  jitter: { key: 'ms', min: 0, max: 10_000, whole: false },
  reorder: { key: 'every', min: 2, max: 1_000_000, whole: true },
  'duplicate-acks': { key: 'every', min: 1, max: 1_000_000, whole: true },
  rate: { key: 'kbitPerSecond', min: 8, max: 10_000_000, whole: true },
  'hold-rst': { key: 'ms', min: 0, max: 60_000, whole: false },
  // Every host must take 68 bytes (RFC 791 section 3.1), and no IPv4 packet is longer than 65,535.
  'mtu-blackhole': { key: 'bytes', min: 68, max: 65_534, whole: true },
  // The kernel counts whole seconds.
  'forget-flows': { key: 'afterMs', min: 1000, max: 86_400_000, whole: true, step: 1000 },
  connlimit: { key: 'above', min: 1, max: 1_000_000, whole: true },
  'inject-rst': { key: 'afterMs', min: 0, max: 60_000, whole: true },
} as const satisfies Partial<Record<Impairment['kind'], AmountRule>>;

interface AmountRule extends NumberRule {
  readonly key: string;
  readonly step?: number;
}

/** The second number of those kinds that take two. */
const SECOND_NUMBERS = {
  // One rule of the kernel drops one packet of the row.
  'loss-burst': { key: 'inRow', min: 1, max: 50, whole: true },
  reorder: { key: 'byMs', min: 0, max: 10_000, whole: false },
  'duplicate-acks': { key: 'copies', min: 1, max: 50, whole: true },
} as const satisfies Partial<Record<Impairment['kind'], AmountRule>>;

/** Keys that a kind takes besides its numbers and `subject`. */
export const IMPAIRMENT_KEYS: Readonly<Record<Impairment['kind'], readonly string[]>> = {
  loss: ['direction'],
  'loss-nth': ['direction'],
  'loss-burst': ['direction'],
  'loss-tail': ['direction'],
  delay: ['direction'],
  jitter: ['direction'],
  reorder: ['direction'],
  'duplicate-acks': ['direction'],
  rate: ['direction'],
  'hold-rst': ['direction'],
  'mtu-blackhole': ['direction'],
  // A device that forgets a flow forgets both directions of it.
  'forget-flows': [],
  // Flows are opened by the client's side.
  connlimit: ['refusal'],
  'drop-text': ['direction', 'text'],
  'inject-rst': ['direction', 'onText'],
};

export const REFUSALS = ['drop', 'reset'] as const;

export const MAX_TRIGGER_TEXT = 200;
/** The kernel looks for 128 bytes at the most. */
export const MAX_DROPPED_TEXT = 128;
const PRINTABLE: TextRule = { pattern: /^[\x20-\x7e]+$/, shape: 'plain ASCII, as the kernel compares bytes', max: MAX_DROPPED_TEXT };

const KINDS = Object.keys(IMPAIRMENT_KEYS) as readonly Impairment['kind'][];
const MAX_IMPAIRMENTS = 8;

/** A link; without a name it is `link-<number>`, counted from 1 at the client. */
export function readLink(document: SpecDocument, item: SpecItem, index: number): Link {
  const map = new SpecMap(document, item, LINK_KEYS);
  const name = map.text('name', NAME) ?? `link-${String(index + 1)}`;
  if (isReservedName(name))
    map.report('SPEC_ERR_DUPLICATE', `expected a link to have a name of its own, got ${quoted(name)}, which every run has already`, 'name');
  const impairments = map.list('impairments', MAX_IMPAIRMENTS).map((entry) => readImpairment(document, entry));
  return { name, impairments: impairments.filter((impairment) => impairment !== null) };
}

function readImpairment(document: SpecDocument, item: SpecItem): Impairment | null {
  // The kind decides which keys are known, so it is read first, from a view that takes any.
  const kind = new SpecMap(document, item, null).choice('kind', KINDS, true);
  if (kind === null) return null;
  const rules = numbersOf(kind);
  const map = new SpecMap(document, item, ['kind', ...rules.map(({ key }) => key), ...IMPAIRMENT_KEYS[kind], 'subject']);
  const [first = 0, second = 0] = rules.map((rule) => readAmount(map, rule));
  const effect = effectOf(kind, map, first, second);
  return map.flag('subject') === true ? { ...effect, subject: true } : effect;
}

/** The numbers of a kind, the main one first; `drop-text` has none. */
export const numbersOf = (kind: Impairment['kind']): readonly AmountRule[] =>
  [IMPAIRMENT_NUMBERS, SECOND_NUMBERS].flatMap((of: Partial<Record<Impairment['kind'], AmountRule>>) => of[kind] ?? []);

function readAmount(map: SpecMap, { key, step = 0, ...limits }: AmountRule): number {
  const amount = map.number(key, { ...limits, required: true });
  if (amount !== null && step > 0 && amount % step !== 0)
    map.report('SPEC_ERR_WRONG_TYPE', `expected ${map.item(key).name} to be a multiple of ${step}, got ${amount}`, key);
  return amount ?? limits.min;
}

function effectOf(kind: Impairment['kind'], map: SpecMap, amount: number, second: number): Impairment {
  if (isOfOneDirection(kind)) return oneDirection(kind, map, amount);
  if (kind === 'loss-burst' && second >= amount)
    map.report('SPEC_ERR_WRONG_TYPE', `expected ${map.name}.inRow to be less than every, got ${second}`, 'inRow');
  return anyDirection(kind, map.choice('direction', DIRECTIONS) ?? 'both', amount, second);
}

const OF_ONE_DIRECTION = ['forget-flows', 'connlimit', 'drop-text', 'inject-rst'] as const satisfies readonly Impairment['kind'][];
/** Kinds that may not be told to work in both directions alike. */
type OfOneDirection = (typeof OF_ONE_DIRECTION)[number];
const isOfOneDirection = (kind: Impairment['kind']): kind is OfOneDirection => OF_ONE_DIRECTION.some((one) => one === kind);

function oneDirection(kind: OfOneDirection, map: SpecMap, amount: number): Impairment {
  const direction = (): Direction => map.choice('direction', ONE_DIRECTION, true) ?? 'to-client';
  switch (kind) {
    case 'forget-flows':
      return { kind, afterMs: amount, direction: 'both' };
    case 'connlimit':
      return { kind, above: amount, refusal: map.choice('refusal', REFUSALS) ?? 'drop', direction: 'to-origin' };
    case 'drop-text':
      return { kind, text: map.text('text', { ...PRINTABLE, required: true }) ?? '', direction: direction() };
    case 'inject-rst':
      return {
        kind,
        onText: map.text('onText', { required: true, max: MAX_TRIGGER_TEXT }) ?? '',
        afterMs: amount,
        direction: direction(),
      };
  }
}

function anyDirection(
  kind: Exclude<Impairment['kind'], OfOneDirection>,
  direction: Direction | 'both',
  amount: number,
  second: number,
): Impairment {
  switch (kind) {
    case 'loss':
      return { kind, percent: amount, direction };
    case 'loss-nth':
    case 'loss-tail':
      return { kind, every: amount, direction };
    case 'loss-burst':
      return { kind, every: amount, inRow: second, direction };
    case 'rate':
      return { kind, kbitPerSecond: amount, direction };
    case 'delay':
    case 'jitter':
    case 'hold-rst':
      return { kind, ms: amount, direction };
    case 'reorder':
      return { kind, every: amount, byMs: second, direction };
    case 'duplicate-acks':
      return { kind, every: amount, copies: second, direction };
    case 'mtu-blackhole':
      return { kind, bytes: amount, direction };
  }
}
