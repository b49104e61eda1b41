import { describe, expect, it } from 'vitest';
import { smuggledRequest } from '../../../harness/audits/smuggled-request.ts';
import type { HandshakeEvidence } from '../../../harness/model/evidence.ts';
import type { Finding } from '../../../harness/model/finding.ts';
import type { PlayEvidence } from '../../../harness/model/play-evidence.ts';
import { findingsOf, onControl } from './evidence-builders.ts';
import { answer, client, handshake, head, originSaw, rejected, REQUEST, SWITCH } from './handshake-builders.ts';
import { hostOf, pathWith } from './path-builders.ts';
import { playedEnd, playWith } from './play-builders.ts';

const path = pathWith(['haproxy']);
const judged = (plays: readonly PlayEvidence[], handshakes: readonly HandshakeEvidence[] = []): readonly Finding[] =>
  findingsOf(smuggledRequest, path, {
    plays: [...plays.map(onControl), ...plays],
    handshakes: [...handshakes.map(onControl), ...handshakes],
    hosts: [hostOf('haproxy')],
  });

/** A refused upgrade after which the origin got these bytes, and the request head as given. */
const behind426 = (received: string, requestHead: string): PlayEvidence =>
  playWith(
    { sent: answer(426), got: answer(426) },
    {
      scenario: 'safety',
      caseId: 'tunnel-after-426',
      outcome: rejected(426),
      expectation: { neverAtOrigin: 'SMUGGLED' },
      origin: playedEnd({ receivedHead: requestHead, sentHead: head(answer(426)), received }),
    },
  );
const rewritten = head([...REQUEST, 'X-Forwarded-For: 10.0.0.1']);
const injection = (received: readonly string[]): HandshakeEvidence =>
  handshake({
    scenario: 'safety',
    caseId: 'folded-subprotocol',
    concern: 'injection',
    client: client(head(REQUEST), head(SWITCH)),
    origin: [originSaw(head(received), head(SWITCH))],
  });

describe('smuggled-request', () => {
  it('names the proxy that passed bytes on unread behind a refused upgrade', () => {
    expect(judged([behind426('SMUGGLED\r\n', rewritten)])).toMatchObject([
      { outcome: 'fail', cases: ['tunnel-after-426'], blame: { host: 'haproxy', direction: 'to-origin' }, measures: { smuggledCases: 1 } },
    ]);
  });

  it('passes when nothing came through', () => {
    expect(judged([behind426('', rewritten)])).toMatchObject([{ outcome: 'pass', measures: { smuggledCases: 0 } }]);
  });

  it('accuses no relay, which passes on every byte as it is', () => {
    expect(judged([behind426('SMUGGLED\r\n', head(REQUEST))])).toMatchObject([{ outcome: 'pass' }]);
  });

  it('accuses nobody of a switch that the origin was not asked for', () => {
    const withoutUpgrade = head(REQUEST.filter((line) => !line.startsWith('Upgrade')));
    const unasked = (requestHead: string): PlayEvidence => ({
      ...behind426('SMUGGLED', requestHead),
      origin: playedEnd({ receivedHead: requestHead, sentHead: head(SWITCH), received: 'SMUGGLED' }),
    });
    expect(judged([unasked(withoutUpgrade)])).toMatchObject([{ outcome: 'pass' }]);
    expect(judged([unasked(rewritten)])).toMatchObject([{ outcome: 'fail' }]);
  });

  it('finds a value that became a header', () => {
    expect(judged([], [injection([...REQUEST, 'X-Injected: yes'])])).toMatchObject([
      { outcome: 'fail', cases: ['folded-subprotocol'], blame: { host: 'haproxy' } },
    ]);
    expect(judged([], [injection(REQUEST)])).toMatchObject([{ outcome: 'pass' }]);
  });

  it('tells, and does not judge, that the page of another site may open a socket', () => {
    const crossSite = handshake({ scenario: 'safety', caseId: 'cross-site', concern: 'origin' });
    expect(judged([behind426('', rewritten)], [crossSite])).toMatchObject([{ outcome: 'pass', measures: { crossSiteAccepted: 1 } }]);
  });

  it('names nobody in a chain', () => {
    const chain = pathWith(['nginx', 'haproxy']);
    const one = behind426('SMUGGLED', rewritten);
    const [finding] = findingsOf(smuggledRequest, chain, { plays: [onControl(one), one], hosts: [hostOf('nginx'), hostOf('haproxy')] });
    expect(finding).toMatchObject({ outcome: 'fail', blame: { host: 'unknown' } });
  });
});
