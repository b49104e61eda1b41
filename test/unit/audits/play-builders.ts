import { createHash } from 'node:crypto';
import type { PlayEvidence } from '../../../harness/model/play-evidence.ts';
import type { PlayedBytes, PlayedEnd } from '../../../harness/model/play.ts';
import { head, REQUEST, SWITCH, UPGRADED } from './handshake-builders.ts';
import { T0 } from './path-builders.ts';

const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64');

const bytesOf = (text: string): PlayedBytes => ({
  bytes: text.length,
  sha256: createHash('sha256').update(text, 'latin1').digest('hex'),
  first: text === '' ? [] : [{ atMs: T0 + 10, base64: base64(text) }],
  firstAtMs: text === '' ? null : T0 + 10,
  lastAtMs: text === '' ? null : T0 + 10,
});

interface EndWords {
  readonly receivedHead?: string | null;
  readonly sentHead?: string | null;
  readonly received?: string;
  readonly sent?: string;
}

/** One end of a play by the texts that it sent and received. */
export const playedEnd = ({ receivedHead = null, sentHead = null, received = '', sent = '' }: EndWords): PlayedEnd => ({
  startedAtMs: T0,
  connectedAtMs: T0 + 1,
  port: 40_001,
  remoteAddress: null,
  receivedHeadBase64: receivedHead === null ? null : base64(receivedHead),
  sentHeadBase64: sentHead === null ? null : base64(sentHead),
  receivedBeforeHead: [],
  sent: bytesOf(sent),
  received: bytesOf(received),
  steps: [],
  end: { kind: 'local', atMs: T0 + 100 },
  events: [],
});

/** An answer as the origin sent it and as the client got it: lines of the head, and the body. Null: none. */
interface Answered {
  readonly sent: readonly string[] | null;
  readonly got: readonly string[] | null;
  readonly body?: string;
  readonly gotBody?: string;
}

const headOrNull = (lines: readonly string[] | null): string | null => (lines === null ? null : head(lines));

/** A play whose origin answered so. */
export const playWith = ({ sent, got, body = '', gotBody = body }: Answered, more: Partial<PlayEvidence> = {}): PlayEvidence => ({
  path: 'subject',
  scenario: 'opening-handshake',
  caseId: 'response-case',
  title: 'A response case',
  cite: 'RFC 6455 section 4.2.2',
  requirement: 'The answer arrives as it was sent.',
  expectation: { outcomes: ['101'] },
  startedAtMs: T0,
  endedAtMs: T0 + 100,
  requestHeadBase64: base64(head(REQUEST)),
  outcome: UPGRADED,
  client: playedEnd({ receivedHead: headOrNull(got), sentHead: head(REQUEST), received: gotBody }),
  origin: playedEnd({ receivedHead: head(REQUEST), sentHead: headOrNull(sent), sent: body }),
  originConnections: 1,
  ...more,
});

/** A play that was upgraded as it is meant to be. */
export const play = (more: Partial<PlayEvidence> = {}): PlayEvidence => playWith({ sent: SWITCH, got: SWITCH }, more);
