import { isIP } from 'node:net';
import type { Surroundings } from '../model/surroundings.ts';
import type { Provision } from '../model/world.ts';

export interface OriginNames {
  /** Name to address, in the order of the config. */
  readonly names: Readonly<Record<string, string>>;
  readonly unixOrigins: readonly string[];
  readonly provisions: readonly Provision[];
}

/** RFC 2544 section C.2.2: 198.18.0.0/15 is for tests of network devices and never routed. */
const addressOf = (index: number): string => `198.18.${String((index + 1) >> 8)}.${String((index + 1) & 255)}`;
const MAX_NAMES = 500;
const NAME = /^(?=.{1,253}$)[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62}))*\.?$/;

export const isLoopback = (host: string): boolean => /^(?:localhost|127(?:\.\d+){3}|::1|\[::1\])$/i.test(host);

/** Gives every name that requests are sent to an address of its own behind which the lab's origin answers. Pure; stable by order. */
export function originNames({ origins }: Surroundings): OriginNames {
  const names: Record<string, string> = {};
  const unixOrigins = new Set<string>();
  const provisions: Provision[] = [];
  for (const { host, port, isUnix, tls, place } of origins) {
    const shown = isUnix ? host : `${host}${port === null ? '' : `:${String(port)}`}`;
    const say = (because: string): number => provisions.push({ how: 'made', what: 'origin', name: shown, because, place });
    const kind = tls ? 'an echo origin answers there, over TLS' : 'an echo origin answers there';
    const bare = host.replace(/^\[|\]$/g, '');
    if (isUnix) {
      unixOrigins.add(host);
      say('an echo origin answers behind this socket');
    } else if (isIP(bare) !== 0 || isLoopback(host)) say(kind);
    else if (!NAME.test(host)) say('decided by the request: whatever name or address comes of it, an echo origin answers');
    else {
      const count = Object.keys(names).length;
      // Names beyond these are answered by the lab's DNS all the same.
      if (!Object.hasOwn(names, host.toLowerCase()) && count < MAX_NAMES) names[host.toLowerCase()] = addressOf(count);
      say(kind);
    }
  }
  return { names, unixOrigins: [...unixOrigins], provisions };
}
