import { isScalar } from 'yaml';
import type { Stage } from '../model/load.ts';
import { type NumberRule, type SpecItem, SpecMap } from './spec-map.ts';
import type { SpecDocument } from './spec-document.ts';

/** Longest time that a load or a part of it may take: a day. Whole milliseconds. */
export const LONGEST: NumberRule = { min: 1, max: 86_400_000, whole: true };
export const MAX_STAGES = 50;

/** Keys of each kind of stage; the first says which kind it is. */
export const STAGE_KEYS = {
  burst: ['burst', 'everyMs', 'forMs'],
  steady: ['perSecond', 'forMs'],
  ramp: ['fromPerSecond', 'toPerSecond', 'forMs'],
} as const;

/** What can be written in one number; whether it comes to too much with the others is arithmetic, and told as such. */
export const RATE: NumberRule = { min: 0, max: 1_000_000_000 };
export const BURST: NumberRule = { min: 1, max: 1_000_000_000, whole: true };

/** Stages of a schedule: a list, or a bare number, which stands for the stage that `bare` makes of it. */
export function readStages(map: SpecMap, key: string, bare: { readonly rule: NumberRule; stage(amount: number): Stage }): readonly Stage[] {
  if (isScalar(map.item(key).node)) {
    const amount = map.number(key, bare.rule);
    return amount === null ? [] : [bare.stage(amount)];
  }
  return map.list(key, MAX_STAGES).flatMap((item) => readStage(map.document, item) ?? []);
}

export const burstOf = (count: number): Stage => ({ kind: 'burst', count, everyMs: 1, forMs: 1 });

export const steadyRate = (perSecond: number, forMs: number): Stage => ({
  kind: 'rate',
  fromPerSecond: perSecond,
  toPerSecond: perSecond,
  forMs,
});

function readStage(document: SpecDocument, item: SpecItem): Stage | null {
  // Which keys are known depends on the kind, so it is found first, in a view that takes any.
  const any = new SpecMap(document, item, null);
  if (any.keys.length === 0) {
    document.report(
      'SPEC_ERR_WRONG_TYPE',
      `expected ${item.name} to be a stage such as { perSecond: 50, forMs: 2000 }, got no key`,
      item.node,
    );
    return null;
  }
  if (any.has('burst')) return readBurst(new SpecMap(document, item, STAGE_KEYS.burst));
  const kind = any.has('perSecond') || !(any.has('fromPerSecond') || any.has('toPerSecond')) ? 'steady' : 'ramp';
  const map = new SpecMap(document, item, kind === 'ramp' ? STAGE_KEYS.ramp : [...STAGE_KEYS.steady]);
  const rate = (key: string): number => map.number(key, { ...RATE, required: true }) ?? 0;
  const forMs = map.number('forMs', { ...LONGEST, required: true }) ?? 1;
  return kind === 'steady'
    ? steadyRate(rate('perSecond'), forMs)
    : { kind: 'rate', fromPerSecond: rate('fromPerSecond'), toPerSecond: rate('toPerSecond'), forMs };
}

/** Once, or again and again: then both times are needed. */
function readBurst(map: SpecMap): Stage {
  const count = map.number('burst', BURST) ?? 1;
  const repeats = map.has('everyMs') || map.has('forMs');
  const everyMs = map.number('everyMs', { ...LONGEST, required: repeats }) ?? 1;
  const forMs = map.number('forMs', { ...LONGEST, required: repeats }) ?? 1;
  return repeats ? { kind: 'burst', count, everyMs, forMs } : burstOf(count);
}
