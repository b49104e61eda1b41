import { describe, expect, it } from 'vitest';
import { refusedUpgrade } from '../../../harness/audits/refused-upgrade.ts';
import { unboundedRequest } from '../../../harness/audits/unbounded-request.ts';
import type { HandshakeEvidence } from '../../../harness/model/evidence.ts';
import type { Finding } from '../../../harness/model/finding.ts';
import type { Path } from '../../../harness/model/path.ts';
import { findingsOf, onControl } from './evidence-builders.ts';
import { client, handshake, head, originSaw, refusedUnseen, REQUEST, SWITCH } from './handshake-builders.ts';
import { hostOf, pathWith } from './path-builders.ts';

const sized = {
  scenario: 'safety',
  caseId: 'cookie-64k',
  title: 'a cookie of 64 KiB',
  concern: 'size',
  acceptable: ['101', '400', '431'],
} as const;
const refused = refusedUnseen(431, sized);
const hung = (more: Partial<HandshakeEvidence> = {}): HandshakeEvidence =>
  handshake({
    ...sized,
    client: client(head(REQUEST), ''),
    outcome: { kind: 'timeout', waitedMs: 1000, waitingFor: 'response' },
    origin: [],
    ...more,
  });
const judged = (evidence: readonly HandshakeEvidence[], on: Path = pathWith(['haproxy'])): readonly Finding[] =>
  findingsOf(unboundedRequest, on, { handshakes: evidence, hosts: [hostOf('haproxy')] });

describe('unbounded-request', () => {
  it('passes when every oversized request ended', () => {
    expect(judged([onControl(refused), refused])).toMatchObject([
      { outcome: 'pass', summary: '1 oversized request ended with 431', measures: { hungCases: 0, totalCases: 1 } },
    ]);
  });

  it('names the only proxy when one hung that never reached the origin', () => {
    expect(judged([onControl(refused), hung()])).toMatchObject([
      { outcome: 'fail', cases: ['cookie-64k'], blame: { host: 'haproxy', confidence: 'likely' } },
    ]);
  });

  it('names nobody when the origin got the request and gave no answer', () => {
    expect(judged([onControl(refused), hung({ origin: [originSaw(head(REQUEST), '')] })])).toMatchObject([
      { outcome: 'fail', blame: { host: 'unknown' } },
    ]);
  });

  it('names nobody on a link that loses packets', () => {
    const lossy = pathWith(['haproxy'], {
      links: [
        { name: 'firewall', impairments: [{ kind: 'loss-nth', every: 40, direction: 'both' }] },
        { name: 'rack1', impairments: [] },
      ],
    });
    expect(judged([onControl(refused), hung()], lossy)).toMatchObject([{ outcome: 'fail', blame: { host: 'unknown' } }]);
  });

  it('leaves a 101 that did not come through to refused-upgrade', () => {
    expect(judged([onControl(refused), hung({ origin: [originSaw(head(REQUEST), head(SWITCH))] })])).toMatchObject([{ outcome: 'pass' }]);
  });

  it('accuses nobody of what hangs on the control path too', () => {
    expect(judged([onControl(hung()), hung()])).toMatchObject([{ outcome: 'pass' }]);
  });

  it('is the only audit that judges the answer to an oversized request', () => {
    const findings = findingsOf(refusedUpgrade, pathWith(['haproxy']), {
      handshakes: [onControl(refused), hung()],
      hosts: [hostOf('haproxy')],
    });
    expect(findings.every(({ outcome }) => outcome === 'pass')).toBe(true);
  });
});
