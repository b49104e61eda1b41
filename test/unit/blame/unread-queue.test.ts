import { describe, expect, it } from 'vitest';
import { blameUnread } from '../../../harness/blame/unread-queue.ts';
import type { SocketEvidence } from '../../../harness/model/wire-evidence.ts';
import { hostOf, pathWith, T0 } from '../audits/path-builders.ts';

const path = pathWith(['haproxy']);
const hosts = [hostOf('haproxy')];

/** Queues of one socket at each look, a quarter of a second apart: bytes not read, bytes not sent. */
const socket = (host: string, local: string, peer: string, queues: Queues): SocketEvidence => ({
  path: 'subject',
  scenario: 'load',
  host,
  local,
  peer,
  samples: queues.map(([recvQueueBytes, sendQueueBytes], index) => ({
    ...{ atMs: T0 + 250 * index, state: 'ESTAB', rttMs: 1, minRttMs: 1, cwndSegs: 10, unackedSegs: 0 },
    ...{ retransSegs: 0, bytesRetrans: 0, deliveryRateBitPerSecond: null, recvQueueBytes, sendQueueBytes },
  })),
});

type Queues = readonly (readonly [number, number])[];

const CALM: Queues = [0, 0, 0, 0, 0].map((bytes) => [bytes, 0] as const);
const FILLING: Queues = [0, 40, 800, 1600, 2400].map((bytes) => [bytes, 0] as const);
const HELD: Queues = [0, 0, 100, 900, 1800].map((bytes) => [0, bytes] as const);
const BOTH: Queues = FILLING.map(([bytes]) => [bytes, bytes] as const);

/** The queues of the four ends of one socket through the proxy. */
const chain = (client: Queues, near: Queues, far: Queues, origin: Queues): readonly SocketEvidence[] => [
  socket('client', '10.0.0.1:40000', '10.0.0.2:8080', client),
  socket('haproxy', '10.0.0.2:8080', '10.0.0.1:40000', near),
  socket('haproxy', '10.0.1.1:50000', '10.0.1.2:9000', far),
  socket('origin', '10.0.1.2:9000', '10.0.1.1:50000', origin),
];
const blamed = (sockets: readonly SocketEvidence[]) => blameUnread({ path, sockets, hosts, because: '40 messages stayed unanswered' });

describe('blameUnread', () => {
  it('names the origin whose bytes lie unread, surely where the proxy could not send more', () => {
    expect(blamed(chain(CALM, CALM, CALM, FILLING))).toMatchObject({
      host: 'origin',
      leg: 'haproxy-origin',
      direction: 'to-origin',
      confidence: 'likely',
      because:
        '40 messages stayed unanswered; origin stopped reading: 2400 bytes lay unread in 1 socket of the leg haproxy-origin, by its kernel',
    });
    expect(blamed(chain(CALM, CALM, HELD, FILLING))).toMatchObject({ host: 'origin', confidence: 'certain' });
  });

  it('clears a proxy that stopped reading because the origin had', () => {
    expect(blamed(chain(HELD, FILLING, HELD, FILLING))?.host).toBe('origin');
  });

  it('names a proxy that stopped reading with nothing left to send', () => {
    expect(blamed(chain(CALM, FILLING, CALM, CALM))).toMatchObject({ host: 'haproxy', leg: 'client-haproxy', direction: 'to-origin' });
    expect(blamed(chain(CALM, CALM, FILLING, CALM))).toMatchObject({ host: 'haproxy', leg: 'haproxy-origin', direction: 'to-client' });
  });

  it('names nobody who could not write himself, and never the client', () => {
    expect(blamed(chain(CALM, CALM, CALM, BOTH))).toBeNull();
    expect(blamed(chain(FILLING, CALM, CALM, CALM))).toBeNull();
  });

  it('names nobody when two hosts stopped apart from each other', () => {
    expect(blamed(chain(CALM, FILLING, CALM, FILLING))).toBeNull();
  });

  it('takes a queue that is read between two looks for what it is', () => {
    const read = [900, 40, 800, 20, 700].map((bytes) => [bytes, 0] as const);
    expect(blamed(chain(CALM, CALM, CALM, read))).toBeNull();
    expect(blamed(chain(CALM, CALM, CALM, FILLING.slice(0, 3)))).toBeNull();
    expect(blamed(chain(CALM, CALM, CALM, CALM))).toBeNull();
  });

  it('says nothing without the queues, or without the other end of a socket', () => {
    const bare = chain(CALM, CALM, CALM, FILLING).map((one) => ({
      ...one,
      samples: one.samples.map(({ recvQueueBytes: _recv, sendQueueBytes: _send, ...rest }) => rest),
    }));
    expect(blamed(bare)).toBeNull();
    expect(blamed(chain(CALM, CALM, CALM, FILLING).filter(({ host }) => host === 'origin'))).toBeNull();
  });
});
