import { HarnessError } from '../errors.ts';
import type { LabChoice } from '../spec/spec.ts';

/** What the command line of `hopscope knee` says, checked. */
export interface KneeOptions {
  readonly spec: string | null;
  readonly path: string;
  readonly limit: string;
  readonly of: 'connections' | 'messages';
  readonly from: number;
  readonly most: number;
  readonly stepMs: number;
  readonly connections: number;
  readonly size: number;
  readonly drivers: number;
  readonly lab: LabChoice | null;
  readonly out: string | null;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** A whole number. Throws USAGE_ERR_BAD_FLAG. */
export function parseWhole(text: string, flag: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d{1,12}$/.test(text) && value >= least && value <= most) return value;
  throw new HarnessError(
    'USAGE_ERR_BAD_FLAG',
    `expected ${flag} to be a whole number from ${least} to ${most}, got '${text.slice(0, 60)}'`,
  );
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };
const STEP_MS = { least: 200, most: 600_000 } as const;

/** `3s`, `500ms`, `1m` in milliseconds. Throws USAGE_ERR_BAD_FLAG. */
export function parseStep(text: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m)$/.exec(text) ?? [];
  const ms = Math.round(Number(digits) * (UNITS[unit] ?? NaN));
  if (digits !== '' && ms >= STEP_MS.least && ms <= STEP_MS.most) return ms;
  throw new HarnessError(
    'USAGE_ERR_BAD_FLAG',
    `expected --step to be a duration from 200ms to 10m, such as 3s, got '${text.slice(0, 60)}'`,
  );
}

export function parseOf(text: string): KneeOptions['of'] {
  if (text === 'connections' || text === 'messages') return text;
  throw new HarnessError('USAGE_ERR_BAD_FLAG', `expected --of to be messages or connections, got '${text.slice(0, 60)}'`);
}

/** Throws USAGE_ERR_BAD_FLAG where the search would have nowhere to go. */
export function checkBounds({ from, most }: Pick<KneeOptions, 'from' | 'most'>): void {
  if (most < from) throw new HarnessError('USAGE_ERR_BAD_FLAG', `expected --most to be at least --from, ${from}, got ${most}`);
}
