import { describe, expect, it } from 'vitest';
import { packetsOfAttempt } from '../../../harness/blame/attempt-packets.ts';
import type { CaptureEvidence, InstrumentEvidence, LegEvidence } from '../../../harness/model/wire-evidence.ts';
import {
  capture,
  capturesOf,
  DISAGREE,
  instrument,
  leg,
  serverLeg,
  stream,
  upgradeExchange,
  upgradeStream,
} from '../audits/leg-builders.ts';
import { pathWith, T0 } from '../audits/path-builders.ts';

const path = pathWith(['haproxy']);
const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const socket = { clientPort: 40_001, fromMs: T0, untilMs: T0 + 5 };
const carries = (of: LegEvidence, status: number | null): LegEvidence => ({
  ...of,
  near: upgradeStream(status),
  far: upgradeStream(status),
});
const inward = { ...carries(leg(), 403), endedAtMs: T0 + 5 };
/** The capture where the proxy would send it on. */
const watch = capture({ host: 'haproxy', link: 'rack1', files: ['captures/haproxy-to-origin.pcap'] });

const judged = (
  legs: readonly LegEvidence[],
  more: {
    readonly captures?: readonly CaptureEvidence[];
    readonly instruments?: readonly InstrumentEvidence[];
    readonly key?: string | null;
  } = {},
) =>
  packetsOfAttempt(socket, more.key === undefined ? KEY : more.key, 'idle-hold', {
    path,
    legs,
    captures: more.captures ?? [...capturesOf(inward), watch],
    instruments: more.instruments ?? [],
  });

const sentOn = (...args: Parameters<typeof judged>) => judged(...args).map(({ host, sentOn: what }) => [host, what]);

describe('packetsOfAttempt', () => {
  it('knows that no connection left the proxy', () => {
    expect(sentOn([inward])).toEqual([['haproxy', 'no-connection']]);
    expect(judged([inward])[0]).toMatchObject({
      request: { frame: 4, response: { frame: 5, status: 403 } },
      clientLeg: inward,
      serverLeg: null,
    });
  });

  it('knows that the request left, by its key', () => {
    const server = carries(serverLeg(), 101);
    expect(judged([inward, server])).toMatchObject([{ sentOn: 'sent', serverLeg: server }]);
  });

  it('knows that a connection of that time carried other handshakes only', () => {
    const exchange = upgradeExchange(101, { headers: [{ name: 'Sec-WebSocket-Key', value: 'another' }] });
    const server = serverLeg({ near: stream({ exchanges: [exchange], exchangeCount: 1 }) });
    expect(sentOn([inward, server])).toEqual([['haproxy', 'no-request']]);
  });

  it('ignores connections of another time', () => {
    const server = carries(serverLeg({ startedAtMs: T0 - 9000, endedAtMs: T0 - 8000 }), null);
    expect(sentOn([inward, { ...server, near: stream({ bytes: { aToB: 9, bToA: 9 } }) }])).toEqual([['haproxy', 'no-connection']]);
  });

  it.each([
    ['a request without a key that may be it', stream({ exchanges: [upgradeExchange(400, { headers: [] })], exchangeCount: 1 })],
    ['bytes that are no HTTP', stream()],
    [
      'requests beyond those that are kept',
      stream({ exchanges: [upgradeExchange(101, { headers: [{ name: 'Sec-WebSocket-Key', value: 'x' }] })], exchangeCount: 7 }),
    ],
  ])('cannot tell beside a connection with %s', (_, near) => {
    expect(sentOn([inward, serverLeg({ near })])).toEqual([['haproxy', 'unknown']]);
  });

  it('takes a request without a key for its own when it sent none', () => {
    const bare = upgradeStream(400, { exchanges: [upgradeExchange(400, { headers: [] })] });
    expect(
      sentOn(
        [
          { ...inward, near: bare, far: bare },
          { ...serverLeg(), near: bare, far: bare },
        ],
        { key: null },
      ),
    ).toEqual([['haproxy', 'sent']]);
  });

  it.each([
    ['there is none', []],
    ['it lost packets', [{ ...watch, droppedPackets: 1 }]],
    ['it cannot say whether it lost packets', [{ ...watch, droppedPackets: null }]],
    ['it was over', [{ ...watch, completeUntilMs: T0 + 2 }]],
    ['it wrote over its older packets', [{ ...watch, rotatedOut: true }]],
    ['it is of another scenario', [{ ...watch, scenario: 'steady-echo' }]],
  ])('cannot tell from the capture on the server leg when %s', (_, captures) => {
    expect(sentOn([inward], { captures: [...capturesOf(inward), ...captures] })).toEqual([['haproxy', 'unknown']]);
  });

  it.each([
    ['the client leg was not captured at the proxy', [{ ...inward, far: null, farFile: null }], {}],
    ['its request cannot be read', [leg()], {}],
    ['instruments disagree', [inward], { instruments: [instrument(DISAGREE)] }],
    ['its captures lost packets', [inward], { captures: [...capturesOf(inward, { droppedPackets: 3 }), watch] }],
  ])('says nothing when %s', (_, legs, more) => {
    expect(judged(legs, more)).toEqual([]);
  });
});
