import type { UpgradeSeen } from '../model/content-analysis.ts';
import { bounded, shownTarget } from '../wire/redact.ts';
import { valueOf } from './contrast-headers.ts';
import { listed } from './answer-words.ts';

/** `GET /live/socket` */
export const requestOf = ({ method, target }: UpgradeSeen): string => `${bounded(method, 20)} ${bounded(shownTarget(target), 120)}`;

/** `403 Forbidden (Server: haproxy)`; of a 101 the number alone. */
export function statusOf({ status, exchange: { response } }: UpgradeSeen): string {
  if (status === null || response === null || status === 101) return String(status ?? 101);
  const server = valueOf(response.headers, 'server');
  return `${String(status)} ${bounded(response.reason, 40)}`.trimEnd() + (server === null ? '' : ` (Server: ${bounded(server, 60)})`);
}

/** Follows the name of the server: `answered 403 Forbidden to 10.0.0.1:51000`. */
export function didOf(upgrade: UpgradeSeen, client: string): string {
  switch (upgrade.outcome) {
    case 'accepted':
    case 'refused':
      return `answered ${statusOf(upgrade)} to ${client}`;
    case 'wrong-accept':
      return `answered ${statusOf(upgrade)} to ${client}, but without the right Sec-WebSocket-Accept`;
    case 'reset':
      return `gave ${client} no answer: the connection was reset`;
    case 'closed':
      return `gave ${client} no answer: the connection was closed`;
    case 'no-answer':
      return `gave ${client} no answer in the capture`;
    case 'unreadable':
      return `answered ${client} with what the capture does not show in full`;
  }
}

/** What the request lacks that RFC 6455 section 4.1 asks for, as one clause; null when it lacks nothing. HTTP/2 asks in another way. */
export function lackOf({ exchange }: UpgradeSeen): string | null {
  if (exchange.protocol === 'HTTP/2') return null;
  const tokens = (valueOf(exchange.headers, 'connection') ?? '').toLowerCase().split(',');
  const lacking = [
    ...(valueOf(exchange.headers, 'upgrade') === null ? ['Upgrade'] : []),
    ...(tokens.some((token) => token.trim() === 'upgrade') ? [] : ['Connection: Upgrade']),
    ...(valueOf(exchange.headers, 'sec-websocket-key') === null ? ['Sec-WebSocket-Key'] : []),
    ...(valueOf(exchange.headers, 'sec-websocket-version') === null ? ['Sec-WebSocket-Version'] : []),
  ];
  const version = exchange.protocol === 'HTTP/1.0' ? ['the request is HTTP/1.0, which knows no Upgrade'] : [];
  const clauses = [...(lacking.length === 0 ? [] : [`the request came without ${listed(lacking)}`]), ...version];
  return clauses.length === 0 ? null : clauses.join('; ');
}
