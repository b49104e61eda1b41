import type { Impairment } from '../model/impairment.ts';
import type { Link } from '../model/path.ts';
import { isReservedName, NAME } from './names.ts';
import { quoted } from './problem.ts';
import { type SpecItem, SpecMap } from './spec-map.ts';
import type { SpecDocument } from './spec-document.ts';

export const LINK_KEYS = ['name', 'impairments'] as const;
const IMPAIRMENT_KINDS = ['loss', 'loss-nth', 'delay', 'rate', 'hold-rst'] as const satisfies readonly Impairment['kind'][];
export const DIRECTIONS = ['both', 'to-origin', 'to-client'] as const satisfies readonly Impairment['direction'][];

/** The number that each kind of impairment takes, with its limits. */
export const IMPAIRMENT_NUMBERS = {
  loss: { key: 'percent', min: 0, max: 100, whole: false },
  // Every first packet would be all of them.
  'loss-nth': { key: 'every', min: 2, max: 1_000_000, whole: true },
  delay: { key: 'ms', min: 0, max: 60_000, whole: false },
  rate: { key: 'kbitPerSecond', min: 8, max: 10_000_000, whole: true },
  'hold-rst': { key: 'ms', min: 0, max: 60_000, whole: false },
} as const;

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
  const kind = new SpecMap(document, item, null).choice('kind', IMPAIRMENT_KINDS, true);
  if (kind === null) return null;
  const { key, ...limits } = IMPAIRMENT_NUMBERS[kind];
  const map = new SpecMap(document, item, ['kind', key, 'direction']);
  const amount = map.number(key, { ...limits, required: true }) ?? limits.min;
  const direction = map.choice('direction', DIRECTIONS) ?? 'both';
  switch (kind) {
    case 'loss':
      return { kind, percent: amount, direction };
    case 'loss-nth':
      return { kind, every: amount, direction };
    case 'rate':
      return { kind, kbitPerSecond: amount, direction };
    case 'delay':
    case 'hold-rst':
      return { kind, ms: amount, direction };
  }
}
