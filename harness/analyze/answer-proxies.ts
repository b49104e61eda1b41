import type { UpgradeSeen } from '../model/content-analysis.ts';
import { isSameStream } from '../measure/connections.ts';
import { addressOf, listed } from './answer-words.ts';
import type { TellingContext } from './answer-words.ts';
import { headerDifferences, valueOf } from './contrast-headers.ts';
import { statusOf } from './answer-outcome.ts';

/**
 * What happened behind the proxy that refused, as a sentence of its own with a space before it; empty when no capture shows that. An answer that
 * came from behind clears the proxy of making it up, and what the proxy left out of the request is said beside it.
 */
export function behindOf(refused: UpgradeSeen, { analysis, names }: TellingContext): string {
  const proxy = analysis.proxies.find(({ clientLeg }) => isSameStream(refused, clientLeg));
  if (proxy === undefined) return '';
  const host = names.endpoint(refused.capture, addressOf(refused.server));
  if (proxy.serverLeg === null) return ` In these captures ${host} did not pass it on.`;
  const { serverLeg } = proxy;
  const behind = analysis.upgrades.find((it) => isSameStream(it, serverLeg));
  if (behind === undefined) return ` ${host} passed it on (${names.place(serverLeg.capture, serverLeg.stream)}).`;
  const left = headerDifferences(refused.exchange, behind.exchange).filter((it) => it.accepted !== null && it.refused === null);
  const lost = left.map(({ name }) => name.toLowerCase()).filter((name) => DECISIVE.has(name));
  const without = lost.length === 0 ? '' : ` without ${listed(lost.map((name) => spelling(name, refused)))}`;
  const origin = names.endpoint(behind.capture, behind.server);
  const place = names.place(behind.capture, behind.stream, behind.responseFrame ?? behind.frame);
  const answer = behind.status === null ? 'got no answer' : `was answered ${statusOf(behind)}`;
  return ` Behind it, ${host} asked ${origin}${without} and ${answer} (${place}).`;
}

const DECISIVE = new Set([
  'upgrade',
  'connection',
  'sec-websocket-key',
  'sec-websocket-version',
  'host',
  'origin',
  'cookie',
  'authorization',
]);

const spelling = (key: string, { exchange }: UpgradeSeen): string =>
  exchange.headers.find(({ name }) => name.toLowerCase() === key)?.name ?? valueOf(exchange.headers, key) ?? key;
