import type { Direction, Impairment } from '../model/impairment.ts';
import type { Link } from '../model/path.ts';
import { isReservedName, NAME } from './names.ts';
import { quoted } from './problem.ts';
import { type NumberRule, type SpecItem, SpecMap } from './spec-map.ts';
import type { SpecDocument } from './spec-document.ts';

export const LINK_KEYS = ['name', 'impairments'] as const;
export const DIRECTIONS = ['both', 'to-origin', 'to-client'] as const satisfies readonly Impairment['direction'][];
const ONE_DIRECTION = ['to-origin', 'to-client'] as const satisfies readonly Direction[];

/** The number that each kind of impairment takes, with its limits. */
export const IMPAIRMENT_NUMBERS = {
  loss: { key: 'percent', min: 0, max: 100, whole: false },
  // Every first packet would be all of them.
  'loss-nth': { key: 'every', min: 2, max: 1_000_000, whole: true },
  delay: { key: 'ms', min: 0, max: 60_000, whole: false },
  rate: { key: 'kbitPerSecond', min: 8, max: 10_000_000, whole: true },
  'hold-rst': { key: 'ms', min: 0, max: 60_000, whole: false },
  // Every host must take 68 bytes (RFC 791 section 3.1), and no IPv4 packet is longer than 65,535.
  'mtu-blackhole': { key: 'bytes', min: 68, max: 65_534, whole: true },
  // The kernel counts whole seconds.
  'forget-flows': { key: 'afterMs', min: 1000, max: 86_400_000, whole: true, step: 1000 },
  'inject-rst': { key: 'afterMs', min: 0, max: 60_000, whole: true },
} as const satisfies Record<Impairment['kind'], AmountRule>;

interface AmountRule extends NumberRule {
  readonly key: string;
  readonly step?: number;
}

/** Keys that a kind takes besides its number and `subject`. */
export const IMPAIRMENT_KEYS: Readonly<Record<Impairment['kind'], readonly string[]>> = {
  loss: ['direction'],
  'loss-nth': ['direction'],
  delay: ['direction'],
  rate: ['direction'],
  'hold-rst': ['direction'],
  'mtu-blackhole': ['direction'],
  // A device that forgets a flow forgets both directions of it.
  'forget-flows': [],
  'inject-rst': ['direction', 'onText'],
};

export const MAX_TRIGGER_TEXT = 200;

const KINDS = Object.keys(IMPAIRMENT_NUMBERS) as readonly Impairment['kind'][];
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
  const rule: AmountRule = IMPAIRMENT_NUMBERS[kind];
  const map = new SpecMap(document, item, ['kind', rule.key, ...IMPAIRMENT_KEYS[kind], 'subject']);
  const effect = effectOf(kind, map, readAmount(map, rule));
  return map.flag('subject') === true ? { ...effect, subject: true } : effect;
}

function readAmount(map: SpecMap, { key, step = 0, ...limits }: AmountRule): number {
  const amount = map.number(key, { ...limits, required: true });
  if (amount !== null && step > 0 && amount % step !== 0)
    map.report('SPEC_ERR_WRONG_TYPE', `expected ${map.item(key).name} to be a multiple of ${step}, got ${amount}`, key);
  return amount ?? limits.min;
}

function effectOf(kind: Impairment['kind'], map: SpecMap, amount: number): Impairment {
  const direction = (): Direction | 'both' => map.choice('direction', DIRECTIONS) ?? 'both';
  switch (kind) {
    case 'loss':
      return { kind, percent: amount, direction: direction() };
    case 'loss-nth':
      return { kind, every: amount, direction: direction() };
    case 'rate':
      return { kind, kbitPerSecond: amount, direction: direction() };
    case 'delay':
    case 'hold-rst':
      return { kind, ms: amount, direction: direction() };
    case 'mtu-blackhole':
      return { kind, bytes: amount, direction: direction() };
    case 'forget-flows':
      return { kind, afterMs: amount, direction: 'both' };
    case 'inject-rst':
      return {
        kind,
        onText: map.text('onText', { required: true, max: MAX_TRIGGER_TEXT }) ?? '',
        afterMs: amount,
        direction: map.choice('direction', ONE_DIRECTION, true) ?? 'to-client',
      };
  }
}
