import type { HandshakeOutcome } from '../model/outcome.ts';

/** What the client saw, to follow "the client": "was answered 403", "was reset without an answer". */
export function outcomeWords(outcome: HandshakeOutcome): string {
  switch (outcome.kind) {
    case 'upgraded':
      return 'was answered 101';
    case 'rejected':
      return `was answered ${outcome.status}`;
    case 'wrong-accept':
      return 'was answered 101 with a wrong Sec-WebSocket-Accept';
    case 'malformed-response':
      return 'was answered with something that is no valid 101';
    case 'closed':
      return 'saw the connection closed without an answer';
    case 'reset':
      return 'saw the connection reset without an answer';
    case 'timeout':
      return `got no answer within ${Math.round(outcome.waitedMs)} ms`;
    case 'connect-failed':
      return `could not connect (${outcome.code})`;
  }
}

/** Status that the client got; null when no HTTP answer came. */
export function statusOf(outcome: HandshakeOutcome): number | null {
  switch (outcome.kind) {
    case 'upgraded':
    case 'wrong-accept':
      return 101;
    case 'rejected':
      return outcome.status;
    case 'malformed-response':
    case 'closed':
    case 'reset':
    case 'timeout':
    case 'connect-failed':
      return null;
  }
}
