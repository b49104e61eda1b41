import type { Entry } from './surroundings.ts';

/** `wss://chat.example.com/socket`; ports that go without saying are left out. Untrusted. */
export function entryUrl({ scheme, host, port, target }: Entry): string {
  const shown = host.includes(':') ? `[${host}]` : host;
  const isUsual = port === (scheme === 'wss' ? 443 : 80);
  return `${scheme}://${shown}${isUsual ? '' : `:${String(port)}`}${target}`;
}

/**
 * A socket is owed where the config, or the user, says that WebSockets come in; where nothing says so, wherever requests are passed on. An entry for ordinary
 * requests beside one for WebSockets owes none.
 */
export const isOwed = ({ kind }: Entry, all: readonly Entry[]): boolean =>
  kind === 'declared' || (kind === 'likely' && all.every((other) => other.kind !== 'declared'));
