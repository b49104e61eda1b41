import type { OriginFault, OriginFaultKind } from '../model/origin-fault.ts';
import { type SpecItem, SpecMap } from './spec-map.ts';
import type { SpecDocument } from './spec-document.ts';

/** Keys that each kind of fault takes besides `kind`. */
export const ORIGIN_FAULT_KEYS: Readonly<Record<OriginFaultKind, readonly string[]>> = {
  reject: ['status', 'body'],
  stall: [],
  close: [],
  reset: [],
  'wrong-accept': [],
  'no-upgrade-header': [],
  'no-connection-header': [],
  'no-accept': [],
  'wrong-protocol': [],
  drop: ['afterMs', 'by'],
  mute: [],
  'stop-reading': ['afterMs'],
  'bad-frame': [],
};

const KINDS = Object.keys(ORIGIN_FAULT_KEYS) as readonly OriginFaultKind[];
export const DROPPED_BY = ['fin', 'reset'] as const;
const MAX_BODY = 1000;
const MAX_AFTER_MS = 600_000;

/** What is wrong with the origin of a path; null when the entry is none that can be read, which is reported. */
export function readOriginFault(document: SpecDocument, item: SpecItem): OriginFault | null {
  const kind = new SpecMap(document, item, null).choice('kind', KINDS, true);
  if (kind === null) return null;
  const map = new SpecMap(document, item, ['kind', ...ORIGIN_FAULT_KEYS[kind]]);
  if (kind === 'reject') {
    const status = map.number('status', { min: 200, max: 599, whole: true, required: true }) ?? 503;
    return { kind, status, body: map.has('body') ? (map.text('body', { max: MAX_BODY }) ?? '') : '' };
  }
  if (kind !== 'drop' && kind !== 'stop-reading') return { kind };
  const afterMs = map.number('afterMs', { min: 0, max: MAX_AFTER_MS, whole: true, required: true }) ?? 0;
  if (kind === 'stop-reading') return { kind, afterMs };
  return { kind, afterMs, by: map.choice('by', DROPPED_BY) ?? 'fin' };
}
