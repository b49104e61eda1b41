import type { HandshakeCase } from './handshake-case.ts';
import { bodyCases } from './request-bodies.ts';
import { deliveryCases } from './request-delivery.ts';
import { fieldCases } from './request-fields.ts';
import { lineCases } from './request-lines.ts';
import { syntaxCases } from './request-syntax.ts';
import { upgradeCases } from './request-upgrade.ts';
import { websocketCases } from './request-websocket.ts';

/** Every opening handshake that is sent, those that take longest first. */
export const handshakeCases: readonly HandshakeCase[] = [
  ...deliveryCases,
  ...lineCases,
  ...upgradeCases,
  ...websocketCases,
  ...fieldCases,
  ...bodyCases,
  ...syntaxCases,
];
