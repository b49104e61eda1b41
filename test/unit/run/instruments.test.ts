import { describe, expect, it } from 'vitest';
import type { CaptureEvidence, LegEvidence } from '../../../harness/model/wire-evidence.ts';
import { checkInstruments } from '../../../harness/run/instrument-check.ts';
import { instrumentsOf } from '../../../harness/run/instruments.ts';
import { seenAt } from './leg-streams.ts';
import { pathWith } from '../audits/path-builders.ts';

const path = pathWith(['haproxy']);
const [first, second] = path.links.map(({ name }) => name) as [string, string];

/** A connection on the first leg of which so many packets were lost and sent again, by the captures. */
const connection = (
  lost: number,
  resent: { readonly client: number; readonly proxy: number },
  more: Partial<LegEvidence> = {},
): LegEvidence => ({
  path: path.id,
  scenario: 's',
  leg: 'client-haproxy',
  from: 'client',
  to: 'haproxy',
  links: [first],
  startedAtMs: 1000 + lost,
  endedAtMs: 2000,
  clientPort: 40_000,
  serverPort: 8080,
  near: seenAt({ resentByA: resent.client }),
  far: seenAt({ resentByB: resent.proxy }),
  transit: { lost: { nearToFar: lost, farToNear: 0 } } as LegEvidence['transit'],
  nearFile: 'near.pcap',
  farFile: 'far.pcap',
  ...more,
});

const capture = (file: string, droppedPackets: number | null): CaptureEvidence => ({
  paths: [path.id],
  scenario: 's',
  host: 'client',
  device: 'eth0',
  link: first,
  files: [file],
  kept: 'full',
  packets: 100,
  droppedPackets,
  rotatedOut: false,
  absentBecause: null,
});

const counts = (resent: Record<string, number | null>, dropped: Record<string, number | null> = {}) => ({
  resentSegs: new Map(Object.entries(resent)),
  droppedPackets: new Map(Object.entries(dropped)),
});

const lossy = {
  ...path,
  links: path.links.map((link) =>
    link.name === first ? { ...link, impairments: [{ kind: 'loss', percent: 2, direction: 'both' } as const] } : link,
  ),
};
const captures = [capture('near.pcap', 0), capture('far.pcap', 0)];

describe('instrumentsOf', () => {
  it('agrees when the injector drops what the captures miss and the kernels send again what the captures show', () => {
    const [check] = instrumentsOf(lossy, {
      scenario: 's',
      legs: [connection(3, { client: 2, proxy: 1 }), connection(4, { client: 4, proxy: 0 })],
      captures,
      counts: counts({ client: 6, haproxy: 1 }, { [first]: 7 }),
    });
    expect(check).toMatchObject({
      leg: 'client-haproxy',
      injectorDropped: 7,
      captureLost: 7,
      captureResent: 7,
      kernelResent: 7,
      captureDropped: 0,
      agree: true,
    });
  });

  it('counts what a proxy sends again on both of its legs, as its kernel does', () => {
    const server = connection(
      0,
      { client: 5, proxy: 0 },
      { leg: 'haproxy-origin', from: 'haproxy', to: 'origin', links: [second], startedAtMs: 5 },
    );
    const [client] = instrumentsOf(path, {
      scenario: 's',
      legs: [connection(0, { client: 0, proxy: 1 }), server],
      captures,
      counts: counts({ client: 0, haproxy: 6, origin: 0 }),
    });
    expect(client).toMatchObject({ captureResent: 6, kernelResent: 6, agree: true });
  });

  it('takes a connection that never reached the other end as lost packet by packet', () => {
    const [check] = instrumentsOf(lossy, {
      scenario: 's',
      legs: [
        connection(0, { client: 2, proxy: 0 }, { far: null, transit: null, near: seenAt({ resentByA: 2, packetsOfA: 3, packetsOfB: 0 }) }),
      ],
      captures,
      counts: counts({ client: 2, haproxy: 0 }, { [first]: 3 }),
    });
    expect(check).toMatchObject({ captureLost: 3, captureResent: 2, agree: true });
  });

  it('does not know what was lost when an answer came that the other capture has not', () => {
    const [check] = instrumentsOf(lossy, {
      scenario: 's',
      legs: [connection(0, { client: 0, proxy: 0 }, { far: null, transit: null })],
      captures,
      counts: counts({ client: 0, haproxy: 0 }, { [first]: 3 }),
    });
    expect(check).toMatchObject({ captureLost: null, captureResent: 0, kernelResent: 0, agree: true });
  });

  it('compares nothing where a capture is missing', () => {
    const legs = [connection(0, { client: 0, proxy: 0 }, { far: null, transit: null, farFile: null })];
    expect(instrumentsOf(lossy, { scenario: 's', legs, captures, counts: counts({ client: 0, haproxy: 0 }, { [first]: 3 }) })).toEqual([]);
  });

  it('says nothing of a path of which nothing was captured', () => {
    expect(instrumentsOf(path, { scenario: 's', legs: [], captures, counts: counts({}) })).toEqual([]);
  });
});

describe('checkInstruments', () => {
  const same = {
    path: 'p',
    scenario: 's',
    leg: 'l',
    injectorDropped: 100,
    captureLost: 100,
    captureResent: 90,
    kernelResent: 90,
    captureDropped: 0,
  };

  it.each([
    ['captures that lost packets', { captureDropped: 1 }, 'the captures lost 1 packets themselves: doubt the captures'],
    ['an injector that says otherwise', { captureLost: 110 }, 'doubt the captures'],
    ['more in the capture than the kernel sent', { captureResent: 120 }, 'the capture, which may hold packets twice'],
    ['less in the capture than the kernel sent', { captureResent: 70 }, 'a queue of the sender itself'],
  ])('doubts %s', (_, change, words) => {
    const check = checkInstruments({ ...same, ...change });
    expect(check.agree).toBe(false);
    expect(check.because).toContain(words);
  });

  it('bears with two packets, and with 2 % of many', () => {
    expect(checkInstruments({ ...same, captureLost: 102 }).agree).toBe(true);
    expect(checkInstruments({ ...same, captureLost: 103 }).agree).toBe(false);
    expect(checkInstruments({ ...same, injectorDropped: 1000, captureLost: 1019 }).agree).toBe(true);
  });

  it('never counts what was not measured as a disagreement, nor as 0', () => {
    const check = checkInstruments({ ...same, injectorDropped: null, kernelResent: null });
    expect(check.agree).toBe(true);
    expect(check.because).toContain('dropped by the links not measured');
  });
});
