import { describe, expect, it } from 'vitest';
import { enderOf } from '../../../harness/blame/leg-ender.ts';
import type { ClosingEvent } from '../../../harness/model/capture-analysis.ts';
import type { InstrumentEvidence, LegEvidence } from '../../../harness/model/wire-evidence.ts';
import { arrived, capturesOf, closing, deafness, DISAGREE, instrument, leg, serverLeg, stream, transit } from '../audits/leg-builders.ts';
import { pathWith, T0 } from '../audits/path-builders.ts';

type Events = readonly ClosingEvent[];
/** A leg whose two captures show these ends. */
const ends = (of: LegEvidence, near: Events, far: Events = near): LegEvidence => ({
  ...of,
  near: stream({ closing: near }),
  far: stream({ closing: far }),
});

const path = pathWith(['haproxy']);
const chainPath = pathWith(['outer', 'inner']);
const judged = (chain: readonly LegEvidence[], over = path, instruments: readonly InstrumentEvidence[] = []) =>
  enderOf(chain, { path: over, legs: chain, captures: chain.flatMap((one) => capturesOf(one)), instruments });

/** The proxy ends its client leg after 2 s. */
const cut = ends(leg(), [closing('fin', 'b', 2000, 45), closing('fin', 'a', 2001, 46)]);
const alive = ends(serverLeg(), []);

describe('enderOf', () => {
  it('names the proxy that ends its client leg while nothing has come on its server leg', () => {
    expect(judged([cut, alive])).toEqual({
      kind: 'host',
      host: 'haproxy',
      leg: cut,
      proof:
        'on the wire haproxy ended the leg client-haproxy by FIN (captures/haproxy-from-client.pcap frame 45), before anything had come on its server leg that ended it',
    });
  });

  it('names it too when it ended its server leg first, and the origin answered that', () => {
    const server = ends(serverLeg(), [closing('fin', 'a', 1998), closing('fin', 'b', 1999)]);
    expect(judged([cut, server])).toMatchObject({ kind: 'host', host: 'haproxy' });
  });

  it('goes on to the origin when the server leg was ended there', () => {
    const server = ends(serverLeg(), [closing('fin', 'b', 1995), closing('fin', 'a', 2000)]);
    expect(judged([cut, server])).toMatchObject({ kind: 'host', host: 'origin', leg: server });
  });

  it('names the proxy that ends without a Close frame although one came to it', () => {
    const server = ends(serverLeg(), [closing('close-frame', 'b', 1990), closing('fin', 'b', 1995)]);
    expect(judged([cut, server])).toMatchObject({ host: 'haproxy', proof: expect.stringContaining('although a Close frame had come') });
  });

  it('names the proxy of a chain whose leg ended first of its own accord', () => {
    const client = ends(leg({ to: 'outer' }), [closing('fin', 'b', 1520)]);
    const middle = ends(leg({ from: 'outer', to: 'inner', links: ['rack1'] }), [closing('fin', 'b', 1505), closing('fin', 'a', 1506)]);
    const server = ends(serverLeg({ from: 'inner', links: ['rack2'] }), [closing('rst', 'a', 1504.5)]);
    expect(judged([client, middle, server], chainPath)).toMatchObject({ kind: 'host', host: 'inner', leg: middle });
    expect(judged([client, ends(middle, []), ends(server, [])], chainPath)).toMatchObject({ host: 'outer', leg: client });
  });

  it('finds the link where both ends got a reset that neither sent, and never a host', () => {
    const injected = {
      ...ends(leg(), [closing('rst', 'b', 1520.8, 48)], [closing('rst', 'a', 1520, 47)]),
      transit: transit({ resets: [arrived('near', null, { atMs: T0 + 1520.8 }), arrived('far', null, { frame: 47, atMs: T0 + 1520 })] }),
    };
    const server = ends(serverLeg(), [closing('rst', 'a', 1521)]);
    expect(judged([injected, server])).toMatchObject({ kind: 'injected', leg: { leg: 'client-haproxy' }, direction: 'to-client' });
    // The proxy ends its own side because of the injected reset; the client hears that alone.
    const oneSide = {
      ...injected,
      near: stream({ closing: [closing('rst', 'b', 1521, 48)] }),
      far: stream({ closing: [closing('rst', 'a', 1520, 47), closing('rst', 'b', 1520.9, 49)] }),
      transit: transit({ resets: [arrived('far', null, { frame: 47, atMs: T0 + 1520 })] }),
    };
    expect(judged([oneSide, server])).toMatchObject({ kind: 'injected', direction: 'to-origin' });
  });

  it('finds the link of a leg that went deaf before a host gave up', () => {
    const deaf = { ...cut, transit: transit({ deaf: { nearToFar: deafness({ sinceMs: T0 + 500 }), farToNear: null } }) };
    expect(judged([deaf, alive])).toMatchObject({
      kind: 'deaf',
      direction: 'to-origin',
      proof: expect.stringContaining('nothing that client sent'),
    });
    const later = { ...cut, transit: transit({ deaf: { nearToFar: deafness({ sinceMs: T0 + 2500 }), farToNear: null } }) };
    expect(judged([later, alive])).toMatchObject({ kind: 'host', host: 'haproxy' });
  });

  it.each([
    ['the client ended it itself', [ends(leg(), [closing('fin', 'a', 1000), closing('fin', 'b', 1001)]), alive]],
    ['a Close frame came to the client', [ends(leg(), [closing('close-frame', 'b', 1999), closing('fin', 'b', 2000)]), alive]],
    ['the client was told nothing', [ends(leg(), []), alive]],
    [
      'the proxy heard of the client first',
      [ends(leg(), [closing('fin', 'b', 2000)], [closing('fin', 'a', 1999), closing('fin', 'b', 2000)]), alive],
    ],
    ['a leg was captured at one end', [{ ...cut, far: null, transit: null }, alive]],
    ['the server leg was not captured', [cut]],
    ['the server leg was captured at one end', [cut, { ...alive, transit: null }]],
    ['there is nothing', []],
  ])('is null when %s', (_, chain) => {
    expect(judged(chain)).toBeNull();
  });

  it('is null when captures lost packets or instruments disagree', () => {
    expect(judged([cut, alive], path, [instrument(DISAGREE)])).toBeNull();
    const captures = [...capturesOf(cut, { droppedPackets: 1 }), ...capturesOf(alive)];
    expect(enderOf([cut, alive], { path, legs: [cut, alive], captures, instruments: [] })).toBeNull();
  });

  it('names the origin on a path without proxies', () => {
    const direct = ends(leg({ to: 'origin', links: ['firewall', 'rack1'] }), [closing('rst', 'b', 700)]);
    expect(judged([direct], { ...path, proxies: [] })).toMatchObject({ host: 'origin', proof: expect.stringContaining('by RST') });
  });
});
