import { describe, expect, it } from 'vitest';
import { lostFirstFrame } from '../../../harness/audits/lost-first-frame.ts';
import type { HandshakeEvidence } from '../../../harness/model/evidence.ts';
import { findingsOf, onControl } from './evidence-builders.ts';
import { handshake, head, originSaw, refusedUnseen, REQUEST, SWITCH } from './handshake-builders.ts';
import { configLine, hostOf, pathWith } from './path-builders.ts';

const path = pathWith(['haproxy']);
const early = (echoed: boolean, origin = originSaw(head(REQUEST), head(SWITCH))): HandshakeEvidence =>
  handshake({ echo: { sentBytes: 26, sentWithRequest: true, echoed, elapsedMs: null }, origin: [origin] });
const echoedOnControl = onControl(early(true));
const judged = (one: HandshakeEvidence, other: HandshakeEvidence = echoedOnControl, hosts = [hostOf('haproxy')], on = path) =>
  findingsOf(lostFirstFrame, on, { handshakes: [other, one], hosts });

const CLOSE_ONLY = originSaw(`${head(REQUEST)}CLOSE`, head(SWITCH));

describe('lost-first-frame', () => {
  it('passes when the frame came back', () => {
    expect(judged(early(true))).toEqual([expect.objectContaining({ outcome: 'pass' })]);
  });

  it('is certain of the only proxy when later bytes reached the origin without the frame', () => {
    const line = configLine('loses-first-frame', { file: 'proxy.js', line: 7 });
    expect(judged(early(false, CLOSE_ONLY), echoedOnControl, [hostOf('haproxy', [line])])).toMatchObject([
      {
        outcome: 'fail',
        measures: { lostFrames: 1, lostBytes: 26 },
        blame: { host: 'haproxy', confidence: 'certain', direction: 'to-origin', config: { line: 7 } },
      },
    ]);
  });

  it('is less sure when nothing at all followed the request', () => {
    expect(judged(early(false))[0]?.blame).toMatchObject({ host: 'haproxy', confidence: 'likely' });
  });

  it('says that the echo was lost when the origin got the frame', () => {
    const [finding] = judged(early(false, originSaw(`${head(REQUEST)}FRAME`, head(SWITCH), { framesReceived: 1 })));
    expect(finding?.blame).toMatchObject({ direction: 'to-client', confidence: 'likely' });
    expect(finding?.summary).toContain('lost the echo');
  });

  it('names nobody when the origin kept no record', () => {
    expect(judged({ ...early(false), origin: [] })[0]?.blame?.host).toBe('unknown');
  });

  it('is inconclusive when it was not echoed on the control path', () => {
    const notRun = { ...echoedOnControl, caseId: 'other' };
    expect(judged(early(false), notRun)[0]?.outcome).toBe('inconclusive');
    expect(judged(early(false), onControl(early(false)))[0]?.outcome).toBe('inconclusive');
  });

  it('says nothing of a refused handshake or of a frame sent after the 101', () => {
    const after = handshake({ echo: { sentBytes: 26, sentWithRequest: false, echoed: false, elapsedMs: null } });
    expect(judged(after)).toEqual([]);
    expect(judged(refusedUnseen(403, { echo: { sentBytes: 26, sentWithRequest: true, echoed: false, elapsedMs: null } }))).toEqual([]);
  });

  it('names nobody on a path of two proxies whose configs do not decide', () => {
    const two = pathWith(['nginx', 'haproxy']);
    expect(judged(early(false, CLOSE_ONLY), echoedOnControl, [hostOf('nginx'), hostOf('haproxy')], two)[0]?.blame?.host).toBe('unknown');
  });
});
