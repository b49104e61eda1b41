import { ACCEPT, CONNECTION, head, just, orBadGateway, type ResponseCase, SWITCHING, send, UPGRADE } from './response-case.ts';

const NO_ANSWER = 'An origin that ends the connection without an answer is answered for with 502, or by the end of the connection.';
const AFTER_SWITCH = 'The end of the connection after the 101 reaches the client as an end, and the 101 before it.';
const GATEWAY = 'RFC 9110 section 15.6.3, RFC 9112 section 8';
const WHOLE = head([SWITCHING, UPGRADE, CONNECTION, ACCEPT]);
const ENDS = ['fin', 'reset'] as const;

/** Connections that the origin ends, before, within and after its answer. */
export const endedResponses: readonly ResponseCase[] = [
  {
    id: 'close-before-answer',
    title: 'a close instead of an answer',
    cite: GATEWAY,
    requirement: NO_ANSWER,
    origin: [{ do: 'fin' }],
    expectation: orBadGateway('closed', 'reset'),
  },
  {
    id: 'reset-before-answer',
    title: 'a reset instead of an answer',
    cite: GATEWAY,
    requirement: NO_ANSWER,
    origin: [{ do: 'reset' }],
    expectation: orBadGateway('closed', 'reset'),
  },
  {
    id: 'close-within-head',
    title: 'a close in the middle of the head',
    cite: GATEWAY,
    requirement: NO_ANSWER,
    origin: [send(WHOLE.slice(0, 60)), { do: 'fin' }],
    expectation: orBadGateway('closed', 'reset', 'malformed-response'),
  },
  {
    id: 'reset-within-head',
    title: 'a reset in the middle of the head',
    cite: GATEWAY,
    requirement: NO_ANSWER,
    origin: [send(WHOLE.slice(0, 60)), { do: 'sleep', ms: 10 }, { do: 'reset' }],
    expectation: orBadGateway('closed', 'reset', 'malformed-response'),
  },
  {
    id: 'close-after-100',
    title: 'an interim 100 and then a close',
    cite: GATEWAY,
    requirement: NO_ANSWER,
    origin: [send(head(['HTTP/1.1 100 Continue'])), { do: 'sleep', ms: 10 }, { do: 'fin' }],
    expectation: orBadGateway('closed', 'reset'),
    isSlow: true,
  },
  {
    id: 'close-after-101',
    title: 'a close right behind the 101',
    cite: 'RFC 6455 section 7.1.5',
    requirement: AFTER_SWITCH,
    origin: [send(WHOLE), { do: 'fin' }],
    client: [{ do: 'await-head' }, { do: 'await-end' }],
    expectation: { ...just('101'), endAtClient: ENDS },
  },
  {
    id: 'reset-after-101',
    title: 'a reset 20 ms behind the 101',
    cite: 'RFC 6455 section 7.1.5',
    requirement: AFTER_SWITCH,
    origin: [send(WHOLE), { do: 'sleep', ms: 20 }, { do: 'reset' }],
    client: [{ do: 'await-head' }, { do: 'await-end' }],
    expectation: { ...just('101'), endAtClient: ENDS },
  },
  {
    id: 'close-within-body',
    title: 'a close in the middle of the body of a 403',
    cite: 'RFC 9112 section 8',
    requirement: 'A body that is shorter than announced is incomplete; the client gets what came, or 502.',
    origin: [send(`${head(['HTTP/1.1 403 Forbidden', 'Content-Length: 100'])}only this`), { do: 'fin' }],
    bodyBytes: 9,
    expectation: orBadGateway('403'),
  },
];
