import { HarnessError } from '../errors.ts';

/** `80%`, `80` or `0.8` as a share of 1. Throws USAGE_ERR_BAD_FLAG. */
export function parseShare(text: string, flag: string): number {
  const [, number = '', percent] = /^\s*(\d+(?:\.\d+)?)\s*(%?)\s*$/.exec(text) ?? [];
  const value = Number(number) / (percent === '%' || Number(number) > 1 ? 100 : 1);
  if (number !== '' && value <= 1) return value;
  throw new HarnessError('USAGE_ERR_BAD_FLAG', `expected ${flag} to be a share such as 80%, got '${text.slice(0, 40)}'`);
}
