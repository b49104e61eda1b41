import { describe, expect, it } from 'vitest';
import { acceptableOf, type Attempted, pathSeen } from '../../../scenarios/transport/acceptable.ts';
import { transportCases } from '../../../scenarios/transport/cases.ts';
import { proxyHeaderV1, proxyHeaderV2 } from '../../../scenarios/transport/proxy-header.ts';
import { OPENED, REFUSED, type TransportCase } from '../../../scenarios/transport/transport-case.ts';

const attempted = (kind: 'upgraded' | 'closed' | 'rejected', facts: Attempted['facts'] = {}): Attempted => ({
  startedAtMs: 0,
  endedAtMs: 1,
  outcome:
    kind === 'upgraded'
      ? { kind, elapsedMs: 1 }
      : kind === 'closed'
        ? { kind, afterMs: 1 }
        : { kind, status: 404, reason: '', elapsedMs: 1 },
  echoed: null,
  closeCode: null,
  words: '',
  facts,
});

function caseOf(id: string): TransportCase {
  const found = transportCases.find((one) => one.id === id);
  if (found === undefined) throw new Error(id);
  return found;
}

const PLAIN = { demandsProxyHeader: false, opensPlain: true };
const FROM = { address: '192.0.2.7', port: 50_007 };
const TO = { address: '198.51.100.1', port: 443 };

describe('the cases of the transport scenario', () => {
  it('have ids of their own, a requirement and its source', () => {
    expect(new Set(transportCases.map(({ id }) => id)).size).toBe(transportCases.length);
    expect(transportCases.every(({ id, cite, requirement }) => /^[\w-]+$/.test(id) && cite !== '' && requirement !== '')).toBe(true);
  });

  it('ask for nothing where extended CONNECT is not offered, and for a socket where it is', () => {
    const one = caseOf('h2-extended-connect');
    expect(acceptableOf(one, attempted('closed'), PLAIN)).toEqual(['closed']);
    expect(acceptableOf(one, attempted('rejected', { alpn: 'h2', extendedConnect: false }), PLAIN)).toEqual(['404']);
    expect(acceptableOf(one, attempted('rejected', { alpn: 'h2', extendedConnect: true }), PLAIN)).toEqual(OPENED);
  });

  it('leave a path alone that opens no ordinary socket either', () => {
    const refused = attempted('rejected', { extendedConnect: true });
    expect(acceptableOf(caseOf('h2-extended-connect'), refused, { demandsProxyHeader: null, opensPlain: false })).toEqual(['404']);
  });

  it('want a socket of a client that was told to speak HTTP/1.1', () => {
    const one = caseOf('alpn-h2-http11');
    expect(acceptableOf(one, attempted('rejected', { alpn: 'http/1.1' }), PLAIN)).toEqual(OPENED);
    expect(acceptableOf(one, attempted('rejected', { alpn: 'h2', extendedConnect: false }), PLAIN)).toEqual(['404']);
  });

  it('know from two attempts whether a PROXY header is demanded', () => {
    const demands = (absent: 'upgraded' | 'closed', v1: 'upgraded' | 'closed') =>
      pathSeen(
        new Map([
          ['proxy-header-absent', attempted(absent)],
          ['proxy-header-v1', attempted(v1)],
        ]),
      ).demandsProxyHeader;
    expect(demands('upgraded', 'closed')).toBe(false);
    expect(demands('closed', 'upgraded')).toBe(true);
    expect(demands('closed', 'closed')).toBeNull();
    expect(demands('upgraded', 'upgraded')).toBeNull();
  });

  it('want a right header exactly where one is demanded, and never a broken one', () => {
    const want = (id: string, demands: boolean) =>
      acceptableOf(caseOf(id), attempted('closed'), { demandsProxyHeader: demands, opensPlain: !demands });
    expect([want('proxy-header-v2-tlv', true), want('proxy-header-absent', false)]).toEqual([OPENED, OPENED]);
    expect([want('proxy-header-v1', false), want('proxy-header-absent', true)]).toEqual([REFUSED, REFUSED]);
    expect([want('proxy-header-v1-mangled', true), want('proxy-header-v2-mangled', false)]).toEqual([REFUSED, REFUSED]);
  });
});

describe('the PROXY header', () => {
  it('is a line of text in version 1', () => {
    expect(proxyHeaderV1(FROM, TO).toString()).toBe('PROXY TCP4 192.0.2.7 198.51.100.1 50007 443\r\n');
  });

  it('is a signature, a length, addresses, ports and extensions in version 2', () => {
    expect(proxyHeaderV2(FROM, TO, [{ type: 0xe0, value: Buffer.from('ab') }]).toString('hex')).toBe(
      '0d0a0d0a000d0a515549540a2111'.concat('0011', 'c0000207', 'c6336401', 'c357', '01bb', 'e00002', '6162'),
    );
  });
});
