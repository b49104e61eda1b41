import { hasToken, type Header, headerValues } from '../http-head.ts';

/**
 * Whether a request is an opening handshake of WebSocket, or was one before a proxy took headers away: it asks to upgrade to websocket, or carries a key
 * for it. Other upgrades (h2c) are not.
 */
export const isWebSocketAttempt = (head: { readonly headers: readonly Header[] }): boolean =>
  hasToken(head, 'Upgrade', 'websocket') || headerValues(head, 'Sec-WebSocket-Key').length > 0;
