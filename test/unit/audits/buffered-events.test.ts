import { describe, expect, it } from 'vitest';
import { bufferedEvents } from '../../../harness/audits/buffered-events.ts';
import { disturbedSocket } from '../../../harness/audits/disturbed-socket.ts';
import type { SocketsBeside, StreamedHttpEvidence } from '../../../harness/model/client-evidence.ts';
import type { Finding } from '../../../harness/model/finding.ts';
import { findingsOf, onControl } from './evidence-builders.ts';
import { hostOf, pathWith, T0 } from './path-builders.ts';

const PROMPT = [1, 2, 0, 3, 1];
const LUMP = [150, 120, 90, 60, 30];

/** Events that came so many milliseconds after they were sent, by an origin whose clock is ahead by `ahead`. */
const stream = (caseId: string, delays: readonly number[], more: Partial<StreamedHttpEvidence> = {}, ahead = 0): StreamedHttpEvidence => ({
  path: 'subject',
  scenario: 'coexistence',
  caseId,
  title: 'a stream of events comes event by event',
  cite: 'WHATWG HTML section 9.2',
  startedAtMs: T0,
  endedAtMs: T0 + 200,
  status: 200,
  error: null,
  events: delays.map((ms, index) => ({ sentAtMs: T0 + 30 * index + ahead, cameAtMs: T0 + 30 * index + ms })),
  expectedEvents: delays.length,
  unbuffered: false,
  lagMs: 2,
  sockets: null,
  ...more,
});

const PHASES = ['before', 'beside', 'after'];
const run = (events: readonly (readonly number[])[], unbuffered = PROMPT, ahead = 0): readonly StreamedHttpEvidence[] =>
  PHASES.flatMap((phase, index) => [
    stream(`${phase}-events`, events[index] ?? PROMPT, {}, ahead),
    stream(`${phase}-poll`, [index], {}, ahead),
    stream(`${phase}-events-unbuffered`, unbuffered, { unbuffered: true }, ahead),
  ]);

const judged = (subject: readonly StreamedHttpEvidence[], on = pathWith(['nginx']), control = run([])): readonly Finding[] =>
  findingsOf(bufferedEvents, on, {
    streamedHttp: [...control.map(onControl), ...subject],
    hosts: on.proxies.map(({ name }) => hostOf(name)),
  });

describe('buffered-events', () => {
  it('passes events that came one by one', () => {
    expect(judged(run([]))).toMatchObject([{ outcome: 'pass', measures: { heldStreams: 0, streams: 9 } }]);
  });

  it('names the only proxy for events that came together at the end, and says what was not held', () => {
    const [finding] = judged(run([LUMP, LUMP, LUMP]));
    expect(finding).toMatchObject({
      outcome: 'fail',
      cases: ['before-events', 'beside-events', 'after-events'],
      measures: { heldStreams: 3, heldMs: 150 },
      blame: { host: 'nginx', confidence: 'likely', direction: 'to-client' },
    });
    expect(finding?.summary).toContain('streams that ask not to be buffered came at once');
    expect(judged(run([LUMP, LUMP, LUMP], LUMP))[0]?.cases).toHaveLength(6);
  });

  it.each([-150, 150, 3_600_000])('does not mind an origin whose clock is ahead by %i ms', (ahead) => {
    expect(judged(run([], PROMPT, ahead))).toMatchObject([{ outcome: 'pass' }]);
    expect(judged(run([LUMP, LUMP, LUMP], PROMPT, ahead))).toMatchObject([{ outcome: 'fail', measures: { heldMs: 150 } }]);
  });

  it('takes one late stream, late moments and a late client for chance', () => {
    expect(judged(run([LUMP]))).toMatchObject([{ outcome: 'pass' }]);
    expect(judged(run([[40, 35, 1, 0, 2], [1, 60, 30, 1, 1], PROMPT]))).toMatchObject([{ outcome: 'pass' }]);
    expect(judged(run([LUMP, LUMP, LUMP]).map((one) => ({ ...one, lagMs: 80 })))).toMatchObject([{ outcome: 'pass' }]);
  });

  it('takes a poll for held only when every one was', () => {
    const polls = (delays: readonly number[]) =>
      run([]).map((one) =>
        one.expectedEvents > 1 ? one : stream(one.caseId, [delays[PHASES.indexOf(one.caseId.split('-')[0] ?? '')] ?? 0]),
      );
    expect(judged(polls([60, 60, 1]))).toMatchObject([{ outcome: 'pass' }]);
    expect(judged(polls([60, 60, 60]))).toMatchObject([{ outcome: 'fail', cases: ['before-poll', 'beside-poll', 'after-poll'] }]);
  });

  it('names nobody on a path of several proxies', () => {
    expect(judged(run([LUMP, LUMP, LUMP]), pathWith(['nginx', 'haproxy']))).toMatchObject([
      { outcome: 'fail', blame: { host: 'unknown' } },
    ]);
  });

  it('accuses nobody of what the control path has too, and says nothing of links that impair', () => {
    expect(judged(run([LUMP, LUMP, LUMP]), pathWith(['nginx']), run([LUMP, LUMP, LUMP]))).toMatchObject([{ outcome: 'pass' }]);
    const links = [
      { name: 'wan', impairments: [{ kind: 'loss', percent: 1, direction: 'both' } as const] },
      { name: 'lan', impairments: [] },
    ];
    expect(judged(run([LUMP, LUMP, LUMP]), pathWith(['nginx'], { links }))).toEqual([]);
  });

  it('leaves streams that did not come whole to others', () => {
    expect(judged(run([]).map((one) => ({ ...one, status: 403, events: [] })))).toEqual([]);
  });
});

const SOCKETS: SocketsBeside = { asked: 4, opened: 4, ended: 0, sent: 40, echoed: 40, duplicated: 0, aloneMs: 1, besideMs: 2.04 };
const beside = (more: Partial<SocketsBeside> = {}): StreamedHttpEvidence =>
  stream('beside-events', PROMPT, { sockets: { ...SOCKETS, ...more } });
const disturbed = (subject: StreamedHttpEvidence, control = beside(), on = pathWith(['nginx'])): readonly Finding[] =>
  findingsOf(disturbedSocket, on, { streamedHttp: [onControl(control), subject] });

describe('disturbed-socket', () => {
  it('passes sockets that went on, with their round trips', () => {
    expect(disturbed(beside())).toMatchObject([{ outcome: 'pass', measures: { sockets: 4, echoed: 40, besideMs: 2 } }]);
  });

  it.each([{ ended: 1 }, { echoed: 39 }, { duplicated: 1 }])('fails and names nobody for %o', (more) => {
    expect(disturbed(beside(more))).toMatchObject([{ outcome: 'fail', blame: { host: 'unknown' } }]);
    expect(disturbed(beside(more), beside(more))).not.toMatchObject([{ outcome: 'fail' }]);
  });

  it('says nothing where no socket opened', () => {
    expect(disturbed(beside({ opened: 0, sent: 0, echoed: 0 }))).toEqual([]);
  });
});
