import { describe, expect, it } from 'vitest';
import { injectedReset } from '../../../harness/audits/injected-reset.ts';
import type { CaptureEvidence, InstrumentEvidence, LegEvidence } from '../../../harness/model/wire-evidence.ts';
import type { Finding } from '../../../harness/model/finding.ts';
import { findingsOf } from './evidence-builders.ts';
import { arrived, capturesOf, controlLeg, DISAGREE, instrument, leg, reset, stream, transit } from './leg-builders.ts';
import { pathWith, T0 } from './path-builders.ts';

const path = pathWith(['haproxy']);
const ODD = 'TTL 254 where the other packets of this end have 63';

const only = (
  legs: readonly LegEvidence[],
  given: { readonly captures?: readonly CaptureEvidence[]; readonly instruments?: readonly InstrumentEvidence[] } = {},
): Finding | undefined =>
  findingsOf(injectedReset, path, {
    legs: [...legs, controlLeg()],
    captures: given.captures ?? legs.flatMap((one) => capturesOf(one)),
    instruments: given.instruments ?? [],
  })[0];

const atBoth = leg({
  near: stream({ resets: [reset('b', { oddities: [ODD] })] }),
  far: stream({ resets: [reset('a', { frame: 50 })] }),
  transit: transit({ resets: [arrived('near', null), arrived('far', null, { frame: 50, atMs: T0 + 1499 })] }),
});
const atClient = leg({ transit: transit({ resets: [arrived('near', null)] }) });

describe('injected-reset', () => {
  it('names the link when both ends got a reset that neither sent', () => {
    expect(only([atBoth])).toMatchObject({
      outcome: 'fail',
      summary: `both client and haproxy got a reset that the other had not sent (${ODD})`,
      blame: { host: 'firewall', leg: 'client-haproxy', direction: null, confidence: 'certain' },
      measures: { injectedResets: 2, connections: 1 },
      details: [
        {
          rows: [
            [
              'client-haproxy',
              '40001',
              'client, haproxy',
              '48, 50',
              'captures/client-to-haproxy.pcap, captures/haproxy-from-client.pcap',
              ODD,
            ],
          ],
        },
      ],
    });
  });

  it('says in which direction a single one went', () => {
    expect(only([atClient])).toMatchObject({
      summary: 'client got a reset in the name of haproxy, which had not sent it',
      blame: { host: 'firewall', direction: 'to-client' },
    });
    expect(only([leg({ transit: transit({ resets: [arrived('far', null)] }) })])?.blame?.direction).toBe('to-origin');
  });

  it.each([
    ['without resets', transit()],
    ['with a reset that its end sent, as behind a FIN', transit({ resets: [arrived('near', 0.2)] })],
    ['with a reset that came twice', transit({ resets: [arrived('near', 0.2), arrived('near', null, { frame: 49, atMs: T0 + 1501 })] })],
  ])('passes a connection %s', (_, seen) => {
    expect(only([leg({ transit: seen })])).toMatchObject({
      outcome: 'pass',
      summary: '1 captured connection: no reset came that nobody had sent',
    });
  });

  it('is inconclusive when the capture of the end that is named was over, or lost packets', () => {
    expect(only([atClient], { captures: capturesOf(atClient, { completeUntilMs: T0 + 1499 }) })).toMatchObject({
      outcome: 'inconclusive',
      blame: null,
      summary: expect.stringContaining('the capture at haproxy may have been over by then'),
    });
    expect(only([atClient], { captures: capturesOf(atClient, { droppedPackets: 1 }) })?.outcome).toBe('inconclusive');
    expect(only([atClient], { captures: capturesOf(atClient, { droppedPackets: null }) })?.blame?.confidence).toBe('likely');
  });

  it('passes a reset that may have been sent before the capture of its sender began', () => {
    expect(only([{ ...atClient, far: stream({ startedAtMs: T0 + 1500 }) }])?.outcome).toBe('pass');
  });

  it('is inconclusive when the instruments of the leg do not agree', () => {
    expect(only([atClient], { instruments: [instrument(DISAGREE)] })?.outcome).toBe('inconclusive');
  });

  it('passes two captures of which the packets do not fit together', () => {
    expect(only([{ ...atClient, transit: null }])?.outcome).toBe('pass');
  });

  describe('of a connection that the other end never saw', () => {
    const answered = leg({
      clientPort: 40_002,
      near: stream({ startedAtMs: T0 + 1000, resets: [reset('b')] }),
      far: null,
      transit: null,
    });

    it('names the link when that capture ran before and after', () => {
      expect(only([answered, leg()])).toMatchObject({ outcome: 'fail', blame: { host: 'firewall', direction: 'to-client' } });
    });

    it('passes when that capture may have begun later, is not there, or the port was used again', () => {
      expect(only([answered])?.outcome).toBe('pass');
      expect(only([{ ...answered, farFile: null }, leg()])?.outcome).toBe('pass');
      expect(only([answered, leg({ clientPort: 40_002, transit: null })])?.outcome).toBe('pass');
    });

    it('passes a lost SYN', () => {
      expect(
        only([leg({ near: stream({ packets: { aToB: 1, bToA: 0 } }), far: null, transit: null }), leg({ clientPort: 3 })])?.outcome,
      ).toBe('pass');
    });
  });

  it('names nobody where the leg crosses two links', () => {
    const direct = { ...path, proxies: [] };
    const one = { ...atClient, to: 'origin', leg: 'client-origin', links: ['firewall', 'rack1'] };
    expect(findingsOf(injectedReset, direct, { legs: [one, controlLeg()], captures: capturesOf(one) })[0]).toMatchObject({
      outcome: 'fail',
      blame: { host: 'unknown', confidence: 'unknown' },
    });
  });

  it('is inconclusive when it happens on the control path too', () => {
    const there = controlLeg({ transit: atClient.transit });
    expect(
      findingsOf(injectedReset, path, { legs: [atClient, there], captures: [...capturesOf(atClient), ...capturesOf(there)] })[0],
    ).toMatchObject({
      outcome: 'inconclusive',
      blame: null,
    });
  });
});
