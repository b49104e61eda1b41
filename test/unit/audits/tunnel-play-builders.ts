import { createHash } from 'node:crypto';
import type { PlayEvidence } from '../../../harness/model/play-evidence.ts';
import type { PlayedBytes, PlayedEnd } from '../../../harness/model/play.ts';
import { UPGRADED } from './handshake-builders.ts';
import { T0 } from './path-builders.ts';

/** Bytes of one direction, each text a chunk, 5 ms apart. */
export const played = (texts: readonly string[], startMs = 10): PlayedBytes => ({
  bytes: texts.join('').length,
  sha256: createHash('sha256').update(texts.join(''), 'latin1').digest('hex'),
  first: texts.map((text, index) => ({ atMs: T0 + startMs + index * 5, base64: Buffer.from(text, 'latin1').toString('base64') })),
  firstAtMs: texts.length === 0 ? null : T0 + startMs,
  lastAtMs: texts.length === 0 ? null : T0 + startMs + (texts.length - 1) * 5,
});

export const playedEnd = (sent: PlayedBytes, received: PlayedBytes, more: Partial<PlayedEnd> = {}): PlayedEnd => ({
  startedAtMs: T0,
  connectedAtMs: T0 + 1,
  port: 40_001,
  remoteAddress: null,
  receivedHeadBase64: null,
  receivedBeforeHead: [],
  sent,
  received,
  steps: [],
  end: { kind: 'local', atMs: T0 + 100 },
  events: [],
  ...more,
});

export const play = (client: PlayedEnd, origin: PlayedEnd | null, more: Partial<PlayEvidence> = {}): PlayEvidence => ({
  path: 'subject',
  scenario: 'tunnel',
  caseId: 'one-way',
  title: 'One way',
  cite: 'RFC 6455 section 5.2',
  requirement: 'Bytes come.',
  expectation: { outcomes: ['101'], toOrigin: 'all', toClient: 'all' },
  startedAtMs: T0,
  endedAtMs: T0 + 200,
  requestHeadBase64: '',
  outcome: UPGRADED,
  client,
  origin,
  originConnections: origin === null ? 0 : 1,
  ...more,
});
