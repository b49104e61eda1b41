import { describe, expect, it } from 'vitest';
import { silentDrop } from '../../../harness/audits/silent-drop.ts';
import type { CaptureEvidence, InstrumentEvidence, LegEvidence } from '../../../harness/model/wire-evidence.ts';
import type { Finding } from '../../../harness/model/finding.ts';
import type { Impairment } from '../../../harness/model/impairment.ts';
import { findingsOf } from './evidence-builders.ts';
import { capturesOf, controlLeg, deafness, DISAGREE, instrument, leg, stream, transit } from './leg-builders.ts';
import { pathWith, T0 } from './path-builders.ts';

const path = pathWith(['haproxy']);
const deafToOrigin = (more = {}) => leg({ transit: transit({ deaf: { nearToFar: deafness(more), farToNear: null } }) });
const over = (...impairments: readonly Impairment[]) => ({
  ...path,
  links: [
    { name: 'firewall', impairments },
    { name: 'rack1', impairments: [] },
  ],
});

interface Given {
  readonly captures?: readonly CaptureEvidence[];
  readonly instruments?: readonly InstrumentEvidence[];
  readonly path?: typeof path;
}

const judged = (legs: readonly LegEvidence[], given: Given = {}): readonly Finding[] =>
  findingsOf(silentDrop, given.path ?? path, {
    legs: [...legs, controlLeg()],
    captures: given.captures ?? legs.flatMap((one) => capturesOf(one)),
    instruments: given.instruments ?? [],
  });
const only = (legs: readonly LegEvidence[], given: Given = {}): Finding | undefined => judged(legs, given)[0];

describe('silent-drop', () => {
  it('names link, leg and direction when nothing more arrives from some moment on', () => {
    expect(only([deafToOrigin()])).toMatchObject({
      outcome: 'fail',
      summary:
        'firewall swallowed a flow after 2100 ms of silence: nothing that client sent reached haproxy any more; 5 packets in 1500 ms, 3 of them sent again, left client and did not arrive, and nobody was told',
      blame: { host: 'firewall', leg: 'client-haproxy', direction: 'to-origin', confidence: 'certain' },
      measures: { lostPackets: 5, silentForMs: 2100, lastedMs: 1500, connections: 1 },
    });
  });

  it('sees the other direction, and of two the one that went deaf first', () => {
    const both = transit({ deaf: { nearToFar: deafness({ sinceMs: T0 + 4100 }), farToNear: deafness() } });
    expect(only([leg({ transit: both })])?.blame).toMatchObject({ host: 'firewall', direction: 'to-client' });
  });

  it('passes a connection of which everything arrived', () => {
    expect(only([leg()])).toMatchObject({ outcome: 'pass', summary: '1 captured connection: no connection went deaf' });
  });

  it.each([
    ['a last FIN and its resend', { lostPackets: 2, resends: 1, lastedMs: 400 }],
    ['packets of one moment', { lostPackets: 5, resends: 2, lastedMs: 12 }],
    ['unanswered keep-alives, which repeat nothing', { lostPackets: 9, resends: 0, lastedMs: 9000 }],
  ])('passes %s at the end', (_, more) => {
    expect(only([deafToOrigin(more)])?.outcome).toBe('pass');
  });

  it('passes what a link that loses packets may well lose in a row, and not more', () => {
    const lossy = over({ kind: 'loss', percent: 2, direction: 'both' });
    expect(only([deafToOrigin({ lostPackets: 3, resends: 2 })], { path: lossy })?.outcome).toBe('pass');
    expect(only([deafToOrigin({ lostPackets: 6, resends: 4 })], { path: lossy })?.outcome).toBe('fail');
    expect(
      only([deafToOrigin({ lostPackets: 6, resends: 4 })], { path: over({ kind: 'loss', percent: 30, direction: 'both' }) })?.outcome,
    ).toBe('pass');
  });

  it('looks at the loss of the direction that went deaf', () => {
    const lossy = over({ kind: 'loss', percent: 30, direction: 'to-client' });
    expect(only([deafToOrigin()], { path: lossy })?.outcome).toBe('fail');
  });

  it('passes an unacknowledged tail over a link with a queue that may be full', () => {
    expect(only([deafToOrigin()], { path: over({ kind: 'rate', kbitPerSecond: 64, direction: 'both' }) })?.outcome).toBe('pass');
  });

  it('leaves a segment that vanished for its size to mtu-blackhole', () => {
    const near = stream({ mtuBlackhole: { from: 'a', frame: 60, segmentBytes: 1448, tries: 5 } });
    const stuck = { near, transit: transit({ lost: { nearToFar: 5, farToNear: 0 }, deaf: { nearToFar: deafness(), farToNear: null } }) };
    expect(only([leg(stuck)])?.outcome).toBe('pass');
    // A small one went with it and did not arrive either.
    expect(
      only([leg({ ...stuck, near: { ...near, mtuBlackhole: { from: 'a', frame: 71, segmentBytes: 1448, tries: 3 } } })])?.outcome,
    ).toBe('fail');
  });

  it('is inconclusive about what the capture of the receiver may have missed', () => {
    const one = deafToOrigin();
    const over = only([one], { captures: capturesOf(one, { completeUntilMs: T0 + 4100 }) });
    expect(over).toMatchObject({ outcome: 'inconclusive', blame: null, summary: expect.stringContaining('may have been over by then') });
    expect(only([one], { captures: capturesOf(one, { droppedPackets: 7 }) })?.summary).toContain('lost 7 packets itself');
    expect(only([one], { captures: capturesOf(one, { rotatedOut: true }) })?.outcome).toBe('inconclusive');
  });

  it('takes the last packet of any connection for the end of a capture that does not say when it ended', () => {
    const one = leg({ transit: transit({ deaf: { nearToFar: deafness(), farToNear: null } }), far: stream({ endedAtMs: T0 + 3900 }) });
    const captures = capturesOf(one, { completeUntilMs: null });
    expect(only([one], { captures })?.outcome).toBe('inconclusive');
    expect(only([one, leg({ clientPort: 40_002 })], { captures })?.outcome).toBe('fail');
  });

  it('is likely only where a capture cannot say whether it lost packets', () => {
    const one = deafToOrigin();
    expect(only([one], { captures: capturesOf(one, { droppedPackets: null }) })?.blame?.confidence).toBe('likely');
  });

  it('is inconclusive when the instruments of the leg do not agree, and cites them', () => {
    const finding = only([deafToOrigin()], { instruments: [instrument(DISAGREE)] });
    expect(finding).toMatchObject({ outcome: 'inconclusive', blame: null, summary: expect.stringContaining('doubt the captures') });
    expect(finding?.evidence).toContainEqual({ file: 'evidence/instruments.ndjson', line: 1 });
    expect(only([deafToOrigin()], { instruments: [instrument({ ...DISAGREE, scenario: 'steady-echo' })] })?.outcome).toBe('fail');
  });

  it('says nothing of a leg that was captured at one end', () => {
    expect(only([leg({ far: null, transit: null })])?.outcome).toBe('pass');
  });

  it('is inconclusive when the control path went deaf too, was not captured, or does not cross the link', () => {
    const deaf = deafToOrigin();
    const both = [deaf, controlLeg({ transit: transit({ deaf: { nearToFar: deafness(), farToNear: null } }) })];
    expect(findingsOf(silentDrop, path, { legs: both, captures: both.flatMap((one) => capturesOf(one)) })[0]).toMatchObject({
      outcome: 'inconclusive',
      blame: null,
    });
    expect(findingsOf(silentDrop, path, { legs: [deaf], captures: capturesOf(deaf) })[0]?.outcome).toBe('inconclusive');
  });

  it('names nobody on the control path, whose leg crosses two links', () => {
    const own = { ...path, proxies: [], id: 'subject' };
    const deaf = leg({
      to: 'origin',
      links: ['firewall', 'rack1'],
      transit: transit({ deaf: { nearToFar: deafness(), farToNear: null } }),
    });
    expect(only([deaf], { path: own })).toMatchObject({
      outcome: 'fail',
      blame: { host: 'unknown', confidence: 'unknown', because: expect.stringContaining('crosses 2 links') },
    });
  });

  it('makes one finding of all connections of a link', () => {
    const legs = [deafToOrigin(), { ...deafToOrigin(), clientPort: 40_002 }];
    expect(judged(legs).map(({ summary, measures }) => [summary.slice(-32), measures['connections']])).toEqual([
      ['and the same on 1 more connection', 2].map((part, index) => (index === 0 ? String(part).slice(-32) : part)),
    ]);
  });

  it('is inconclusive only where the path declares it and nothing was captured', () => {
    const absent = capturesOf(deafToOrigin()).map((capture) => ({ ...capture, files: [], absentBecause: 'tcpdump is not installed' }));
    const wanting = { audit: 'silent-drop', scenario: null, host: 'firewall', measures: {}, because: 'it forgets' };
    const on = (expect: readonly (typeof wanting)[]) => findingsOf(silentDrop, { ...path, expect }, { legs: [], captures: absent });
    expect(on([])).toEqual([]);
    expect(on([{ ...wanting, scenario: null }])).toEqual([
      expect.objectContaining({ outcome: 'inconclusive', summary: 'packets: not captured, tcpdump is not installed' }),
    ]);
  });
});
