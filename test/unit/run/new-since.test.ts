import { describe, expect, it } from 'vitest';
import type { OriginConnection } from '../../../harness/model/evidence.ts';
import { newSince } from '../../../harness/run/new-since.ts';

const bytes = (...texts: readonly string[]): OriginConnection['received'] => texts.map((text, atMs) => ({ atMs, base64: btoa(text) }));
const connection = (id: number, ...texts: readonly string[]): OriginConnection => ({
  id,
  acceptedAtMs: 0,
  remoteAddress: '10.100.1.10',
  remotePort: 1,
  received: bytes(...texts),
  sent: [],
  receivedBytes: 0,
  sentBytes: 0,
  status: null,
  refusal: null,
  framesReceived: 0,
  end: { kind: 'survived' },
});
const received = (connections: readonly OriginConnection[]): string[] =>
  connections.map((one) => one.received.map(({ base64 }) => atob(base64)).join(''));

describe('newSince', () => {
  it('keeps a connection that was not there before', () => {
    expect(received(newSince([], [connection(1, 'a')]))).toEqual(['a']);
  });

  it('keeps only what came since over a connection that a proxy uses again', () => {
    expect(received(newSince([connection(1, 'old')], [connection(1, 'old', 'new')]))).toEqual(['new']);
  });

  it('leaves out a connection on which nothing came', () => {
    expect(newSince([connection(1, 'old')], [connection(1, 'old')])).toEqual([]);
  });
});
