import { type CoexistRequest, type LivePath, ORIGIN_ECHO_TARGET, ORIGIN_PAGES, ORIGIN_STREAMS } from '../../harness/index.ts';

/** What stands before, beside and after the sockets. */
export const PHASES = ['before', 'beside', 'after'] as const;
type Phase = (typeof PHASES)[number];

export interface StreamCase {
  readonly caseId: string;
  readonly title: string;
  readonly cite: string;
  /** Request-target at the origin, without the case's tag. */
  readonly target: string;
  readonly expectedEvents: number;
  readonly unbuffered: boolean;
}

interface Pace {
  readonly events: number;
  readonly eventEveryMs: number;
  readonly pollAfterMs: number;
}

const WHEN: Readonly<Record<Phase, string>> = {
  before: 'before any socket',
  beside: 'beside sockets that speak',
  after: 'after the sockets closed',
};
/** Where a config lets only known pages pass, these do. */
const BELOW = '/page';
const CITE_EVENTS = 'WHATWG HTML section 9.2';

/** A stream of events and a long poll in each phase, and beside the sockets a stream that asks not to be held back. */
export function streamCases(phase: Phase, { events, eventEveryMs, pollAfterMs }: Pace): readonly StreamCase[] {
  const target = `${BELOW}${ORIGIN_STREAMS.events}?n=${events}&every=${eventEveryMs}`;
  const plain = { cite: CITE_EVENTS, target, expectedEvents: events, unbuffered: false };
  const poll: StreamCase = {
    caseId: `${phase}-poll`,
    title: `a long poll is answered when the origin answers it, ${WHEN[phase]}`,
    cite: 'RFC 6202 section 2',
    target: `${BELOW}${ORIGIN_STREAMS.poll}?after=${pollAfterMs}`,
    expectedEvents: 1,
    unbuffered: false,
  };
  const asking: StreamCase = {
    caseId: `${phase}-events-unbuffered`,
    title: `a stream of events with X-Accel-Buffering: no comes event by event, ${WHEN[phase]}`,
    cite: 'nginx, ngx_http_proxy_module, proxy_buffering',
    target: `${target}&unbuffered=1`,
    expectedEvents: events,
    unbuffered: true,
  };
  return [{ ...plain, caseId: `${phase}-events`, title: `a stream of events comes event by event, ${WHEN[phase]}` }, poll, asking];
}

const BODY = 'hopscope posts this beside its sockets\n';
const PAGE = ORIGIN_PAGES['/page'] ?? null;

type Requests = CoexistRequest['phases'][number]['requests'];

/** Ordinary requests of a phase, all over one connection that lives through all phases. */
export const requestCases = (phase: Phase): Requests => {
  const common = { bodyText: null, expectedStatus: 200 };
  return [
    { ...common, caseId: `${phase}-get`, method: 'GET', target: '/page', expectedBodyText: PAGE },
    { ...common, caseId: `${phase}-head`, method: 'HEAD', target: '/page', expectedBodyText: '' },
    { ...common, caseId: `${phase}-post`, method: 'POST', target: ORIGIN_ECHO_TARGET, bodyText: BODY, expectedBodyText: BODY },
    { ...common, caseId: `${phase}-get-again`, method: 'GET', target: '/page', expectedBodyText: PAGE },
  ];
};

/** Names a request among all that reached the origin. */
export const tagOf = (live: LivePath, caseId: string): string => `${live.path.id}.${caseId}`;

/** The target with its tag, as the client sends it. */
export const taggedTarget = (live: LivePath, target: string, caseId: string): string =>
  `${live.path.httpBase}${target}${target.includes('?') ? '&' : '?'}case=${tagOf(live, caseId)}`;
