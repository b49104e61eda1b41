import { encodeClose, encodeFrame, OPCODE, type PlayBytes, type PlayCase, type PlayExpectation, type Step } from '../../harness/index.ts';

/* Every way to end a WebSocket, by either end, in the three states in which it can be: {how} × {who} × {when}. */

const WHO = ['client', 'origin'] as const;
const HOW = ['close', 'fin', 'reset', 'close-reset', 'killed', 'vanished'] as const;
const WHEN = ['idle', 'mid-message', 'under-load'] as const;

export type Ender = (typeof WHO)[number];
export type Ending = (typeof HOW)[number];
export type Moment = (typeof WHEN)[number];

/** What an end sends under load, in writes of 4 KiB a millisecond apart: the other end is in the middle of the same when the end comes. */
const LOAD_BYTES = 128 * 1024;
const LOAD: Pick<Extract<Step, { do: 'send' }>, 'writeBytes' | 'everyMs'> = { writeBytes: 4096, everyMs: 1 };
const MESSAGE_BYTES = 1000;
const QUIET_MS = 20;
/** How long an end may take to cross the path: long on a machine with other things to do, and short against every idle limit. */
const WITHIN_MS = 1000;
/** How long a host that is gone is watched. */
const GONE_MS = 400;
const REASON = 'done';

const MASK = Buffer.from('5a17c3e9', 'hex');
const maskOf = (who: Ender): Buffer | null => (who === 'client' ? MASK : null);
const bytes = (buffer: Buffer): PlayBytes => ({ base64: buffer.toString('base64') });
/** Head of a binary frame whose payload follows: under any mask random bytes are a payload. */
const frameHead = (who: Ender, payloadBytes: number): Buffer => {
  const frame = encodeFrame({ opcode: OPCODE.binary, payload: Buffer.alloc(payloadBytes), maskKey: maskOf(who) });
  return frame.subarray(0, frame.length - payloadBytes);
};
const closeFrame = (who: Ender): Buffer => encodeClose(1000, REASON, maskOf(who));

const loadOf = (who: Ender): readonly PlayBytes[] => [
  bytes(frameHead(who, LOAD_BYTES)),
  { seed: who === 'client' ? 7 : 8, count: LOAD_BYTES },
];
const loadBytes = (who: Ender): number => frameHead(who, LOAD_BYTES).length + LOAD_BYTES;

/** What an end does before the end comes, and how many bytes that sends. */
function before(who: Ender, when: Moment, isEnder: boolean): { readonly steps: readonly Step[]; readonly sent: number } {
  switch (when) {
    case 'idle':
      return { steps: isEnder ? [{ do: 'sleep', ms: QUIET_MS }] : [], sent: 0 };
    case 'mid-message': {
      const head = frameHead(who, MESSAGE_BYTES);
      const half = MESSAGE_BYTES / 2;
      return isEnder
        ? {
            steps: [
              { do: 'send', bytes: [bytes(head), { seed: 9, count: half }] },
              { do: 'sleep', ms: QUIET_MS },
            ],
            sent: head.length + half,
          }
        : { steps: [], sent: 0 };
    }
    case 'under-load':
      return { steps: [{ do: 'send', bytes: loadOf(who), ...LOAD }], sent: loadBytes(who) };
  }
}

function endingSteps(who: Ender, how: Ending, answerAt: number): readonly Step[] {
  const close: Step = { do: 'send', bytes: [bytes(closeFrame(who))] };
  switch (how) {
    case 'close': {
      // RFC 6455 section 7.1.1: the server ends TCP first; a client waits for it.
      const last: Step = who === 'origin' ? { do: 'fin' } : { do: 'await-end' };
      return [close, { do: 'await-bytes', count: answerAt }, last];
    }
    case 'fin':
      return [{ do: 'fin' }, { do: 'await-end' }];
    case 'reset':
      return [{ do: 'reset' }];
    case 'close-reset':
      return [close, { do: 'reset' }];
    case 'killed':
      return [{ do: 'be-killed' }];
    case 'vanished':
      return [{ do: 'vanish' }, { do: 'sleep', ms: GONE_MS }];
  }
}

function watchingSteps(who: Ender, how: Ending, closeAt: number): readonly Step[] {
  if (how === 'vanished') return [{ do: 'sleep', ms: GONE_MS }];
  if (how !== 'close') return [{ do: 'await-end' }];
  const answer: Step = { do: 'send', bytes: [bytes(closeFrame(who))] };
  return [{ do: 'await-bytes', count: closeAt }, answer, who === 'origin' ? { do: 'fin' } : { do: 'await-end' }];
}

function caseOf(who: Ender, how: Ending, when: Moment): PlayCase {
  const watcher: Ender = who === 'client' ? 'origin' : 'client';
  const [own, others] = [before(who, when, true), before(watcher, when, false)];
  const ender: readonly Step[] = [...own.steps, ...endingSteps(who, how, others.sent + closeFrame(watcher).length)];
  const watching: readonly Step[] = [...others.steps, ...watchingSteps(watcher, how, own.sent + closeFrame(who).length)];
  const opening: readonly Step[] = [{ do: 'await-head' }];
  return {
    id: `${who}-${how}-${when}`,
    title: `the ${who} ${HOW_WORDS[how]} ${WHEN_WORDS[when]}`,
    cite: CITES[how],
    requirement: REQUIREMENTS[how],
    client: [...opening, ...(who === 'client' ? ender : watching)],
    origin: [{ do: 'upgrade' }, ...(who === 'origin' ? ender : watching)],
    expectation: expectationOf(who, how, when),
    // Under load a client that waits for an end must not wait for ever where the path keeps it back.
    deadlineMs: WITHIN_MS + GONE_MS + 600,
    ...(how === 'vanished' ? { slow: true } : {}),
  };
}

function expectationOf(who: Ender, how: Ending, when: Moment): PlayExpectation {
  const [own, other] = who === 'client' ? (['toOrigin', 'toClient'] as const) : (['toClient', 'toOrigin'] as const);
  const endAtWatcher = who === 'client' ? 'endAtOrigin' : 'endAtClient';
  switch (how) {
    case 'close':
      return { outcomes: ['101'], [own]: 'all', [other]: 'all', endAtClient: ['fin'], withinMs: WITHIN_MS };
    case 'fin':
      // Whoever closes both directions at once answers with RST what still comes to it, and that RST overtakes what is on its way.
      return when === 'under-load'
        ? { outcomes: ['101'], [own]: 'prefix', [other]: 'prefix', [endAtWatcher]: ['fin', 'reset'], withinMs: WITHIN_MS, unsteady: true }
        : { outcomes: ['101'], [own]: 'all', [other]: 'prefix', [endAtWatcher]: ['fin'], withinMs: WITHIN_MS };
    case 'reset':
    case 'close-reset':
    case 'killed': {
      // A kernel ends what a killed program has not read to the end with RST, else with FIN; a proxy may tell either as either.
      const isWhole = how === 'killed' && when !== 'under-load';
      return {
        outcomes: ['101'],
        [own]: isWhole ? 'all' : 'prefix',
        [other]: 'prefix',
        [endAtWatcher]: ['fin', 'reset'],
        withinMs: WITHIN_MS,
        ...(when === 'under-load' || how === 'close-reset' ? { unsteady: true } : {}),
      };
    }
    case 'vanished':
      // Nobody is told: how long the path keeps such a socket is measured by the timeout ladder.
      return { outcomes: ['101'], [own]: 'prefix', [other]: 'prefix', unsteady: true };
  }
}

const HOW_WORDS: Readonly<Record<Ending, string>> = {
  close: 'says Close 1000',
  fin: 'ends its direction without a Close frame',
  reset: 'resets',
  'close-reset': 'says Close and resets at once',
  killed: 'is killed',
  vanished: 'is unreachable from one moment to the next',
};
const WHEN_WORDS: Readonly<Record<Moment, string>> = {
  idle: 'while nothing is sent',
  'mid-message': 'in the middle of a message',
  'under-load': 'while both ends send',
};
const CITES: Readonly<Record<Ending, string>> = {
  close: 'RFC 6455 sections 5.5.1 and 7.1.1',
  fin: 'RFC 6455 section 7.1.5, RFC 9293 section 3.6',
  reset: 'RFC 6455 section 7.1.5, RFC 9293 section 3.5.2',
  'close-reset': 'RFC 6455 section 7.1.1, RFC 9293 section 3.5.2',
  killed: 'RFC 6455 section 7.1.5, RFC 1122 section 4.2.2.13',
  vanished: 'RFC 9293 section 3.8.3',
};
const REQUIREMENTS: Readonly<Record<Ending, string>> = {
  close: 'Both Close frames cross the path with code and reason, and then the server ends TCP first.',
  fin: 'An end without a Close frame is seen as one at the other end, with everything that was sent before it.',
  reset: 'A reset ends the socket at the other end too.',
  'close-reset': 'A reset behind a Close frame ends the socket at the other end; the frame may be lost with it.',
  killed: 'When a program is killed its kernel ends the connection, and the other end learns of it.',
  vanished: 'Of a host that is gone nobody learns by itself; what was sent before it went is not changed.',
};

/** All 36. */
export const closingCases: readonly PlayCase[] = WHO.flatMap((who) => HOW.flatMap((how) => WHEN.map((when) => caseOf(who, how, when))));
