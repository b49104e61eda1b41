import { HarnessError } from '../errors.ts';
import { type OutsideUrl, outsideUrl } from '../fleet/outside-url.ts';
import type { SubjectOptions } from './check-options.ts';
import { secondsFrom } from './drive-flags.ts';
import type { FileFormat } from './judge-options.ts';
import type { OutsideFlags } from './outside-flags.ts';

export interface CheckUrlOptions {
  readonly urls: readonly OutsideUrl[];
  readonly echoes: boolean;
  readonly holdMs: number;
  readonly insecure: boolean;
  readonly seed: number;
  readonly out: string | null;
  readonly formats: readonly FileFormat[];
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Each takes at most 25 connections, and all of them together at most 200. */
const MOST_URLS = 8;
const MOST_HOLD_MS = 900_000;

/** What asks for a config, by flag. Throws USAGE_ERR_BAD_FLAG for the first that was given. */
export function refuseConfigFlags(options: SubjectOptions & { readonly scenarios: readonly string[]; readonly skipLimits: boolean }): void {
  const { as, version, at, root, provide, env, render, scenarios, skipLimits } = options;
  const given = [
    ['--as', as !== null],
    ['--proxy-version', version !== null],
    ['--at', at !== null],
    ['--root', root !== null],
    ['--provide', provide.length > 0],
    ['--env', env.length > 0],
    ['--render', render !== null],
    ['--scenario', scenarios.length > 0],
    ['--no-limits', skipLimits],
  ] as const;
  const first = given.find(([, isGiven]) => isGiven);
  if (options.urls.length === 0)
    throw new HarnessError('USAGE_ERR_BAD_FLAG', 'expected a config, or --url of an entry outside the lab that is yours, got neither');
  if (first !== undefined)
    throw new HarnessError(
      'USAGE_ERR_BAD_FLAG',
      `expected ${first[0]} with a config, got --url without one, which checks an entry outside the lab`,
    );
}

/** Throws USAGE_ERR_BAD_FLAG where a config was given and a flag that is for none. */
export function refuseOutsideFlags({ originEcho, hold, insecure }: OutsideFlags): void {
  const given = [
    ['--origin-echo', originEcho],
    ['--hold', hold],
    ['--insecure', insecure],
  ] as const;
  const first = given.find(([, value]) => value !== undefined);
  if (first !== undefined)
    throw new HarnessError(
      'USAGE_ERR_BAD_FLAG',
      `expected ${first[0]} with --url and without a config, got a config too: in the lab the origin echoes, limits are measured and certificates are made`,
    );
}

/** URLs and hold of a check outside the lab. Throws USAGE_ERR_BAD_FLAG. */
export function outsideOptions(
  urls: readonly string[],
  { originEcho, hold, insecure }: OutsideFlags,
): Pick<CheckUrlOptions, 'urls' | 'echoes' | 'holdMs' | 'insecure'> {
  if (urls.length > MOST_URLS)
    throw new HarnessError(
      'USAGE_ERR_BAD_FLAG',
      `expected at most ${String(MOST_URLS)} --url in one check outside the lab, got ${String(urls.length)}`,
    );
  const holdMs = hold === undefined || /^0+(?:\.0+)?$/.test(hold) ? 0 : secondsFrom('--hold', hold);
  if (holdMs > MOST_HOLD_MS)
    throw new HarnessError(
      'USAGE_ERR_BAD_FLAG',
      `expected --hold to be at most ${String(MOST_HOLD_MS / 1000)} seconds, got ${String(holdMs / 1000)}`,
    );
  return { urls: urls.map(outsideUrl), echoes: originEcho === true, holdMs, insecure: insecure === true };
}
