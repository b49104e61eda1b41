import { describe, expect, it } from 'vitest';
import type { OriginConnection } from '../../../harness/index.ts';
import { arrivalsByTag } from '../../../scenarios/opening-handshake/arrivals.ts';

const at = (atMs: number, text: string) => ({ atMs, base64: Buffer.from(text, 'latin1').toString('base64') });
const textOf = (bytes: OriginConnection['received']): string =>
  bytes.map(({ base64 }) => Buffer.from(base64, 'base64').toString()).join('');

const connection = (more: Partial<OriginConnection>): OriginConnection => ({
  id: 1,
  acceptedAtMs: 0,
  remoteAddress: '10.0.0.2',
  remotePort: 40_000,
  received: [],
  sent: [],
  receivedBytes: 0,
  sentBytes: 0,
  status: 404,
  refusal: 'no',
  framesReceived: 0,
  end: { kind: 'survived' },
  ...more,
});

describe('arrivalsByTag', () => {
  it('gives a connection to the attempt whose tag it carries', () => {
    const seen = connection({ received: [at(1, 'GET /s?hopscope=direct.plain HTTP/1.1\r\n\r\n')] });
    expect(arrivalsByTag([seen]).get('direct.plain')).toEqual([seen]);
  });

  it('finds a tag that is cut over many reads', () => {
    const received = [...'GET /s?a=1&hopscope=p.case-2 HTTP/1.1\r\n\r\n'].map((letter, index) => at(index, letter));
    expect(arrivalsByTag([connection({ received })]).get('p.case-2')?.[0]?.received).toHaveLength(received.length);
  });

  it('cuts a connection that carried several requests, with what was answered to each', () => {
    const seen = connection({
      received: [at(1, 'GET /?hopscope=p.a HTTP/1.1\r\n'), at(2, 'Host: a\r\n\r\n'), at(5, 'GET /?hopscope=p.b HTTP/1.1\r\n\r\n')],
      sent: [at(3, 'answer a'), at(6, 'answer b')],
    });
    const [a, b] = [arrivalsByTag([seen]).get('p.a')?.[0], arrivalsByTag([seen]).get('p.b')?.[0]];
    expect(textOf(a?.received ?? [])).toContain('Host: a');
    expect([textOf(a?.sent ?? []), textOf(b?.sent ?? [])]).toEqual(['answer a', 'answer b']);
    expect([a?.status, a?.refusal, b?.status, b?.refusal]).toEqual([null, null, 404, 'no']);
  });

  it('leaves out what carries no tag', () => {
    expect(arrivalsByTag([connection({ received: [at(1, 'OPTIONS * HTTP/1.0\r\n\r\n')] }), connection({})]).size).toBe(0);
  });
});
