import { describe, expect, it } from 'vitest';
import { acceptedBadHandshake } from '../../../harness/audits/accepted-bad-handshake.ts';
import type { HandshakeEvidence } from '../../../harness/model/evidence.ts';
import type { Finding } from '../../../harness/model/finding.ts';
import { findingsOf, onControl } from './evidence-builders.ts';
import { answer, client, handshake, head, originSaw, rejected, REQUEST, SWITCH } from './handshake-builders.ts';
import { hostOf, pathWith } from './path-builders.ts';

const BAD = REQUEST.filter((line) => !line.startsWith('Connection'));
const bad = { caseId: 'missing-connection', title: 'no Connection header', acceptable: ['400'] };
const refusedOnControl = onControl(
  handshake({
    ...bad,
    client: client(head(BAD), head(answer(400))),
    outcome: rejected(400),
    origin: [originSaw(head(BAD), head(answer(400)))],
  }),
);
const accepted = (more: Partial<HandshakeEvidence> = {}): HandshakeEvidence =>
  handshake({ ...bad, client: client(head(BAD), head(SWITCH)), origin: [originSaw(head(REQUEST), head(SWITCH))], ...more });
const judged = (evidence: readonly HandshakeEvidence[], proxies: readonly string[] = ['nginx']): readonly Finding[] =>
  findingsOf(acceptedBadHandshake, pathWith(proxies), { handshakes: evidence, hosts: proxies.map((name) => hostOf(name)) });

describe('accepted-bad-handshake', () => {
  it('names the proxy that made a request valid', () => {
    const [finding] = judged([refusedOnControl, accepted()]);
    expect(finding).toMatchObject({ outcome: 'fail', cases: ['missing-connection'], blame: { host: 'nginx', confidence: 'certain' } });
    expect(finding?.summary).toContain('no Connection header');
  });

  it('names the proxy that answered 101 by itself', () => {
    const [finding] = judged([refusedOnControl, accepted({ origin: [] })]);
    expect(finding).toMatchObject({ outcome: 'fail', blame: { host: 'nginx', direction: 'to-client' } });
  });

  it('accuses nobody of a lenient origin', () => {
    expect(judged([onControl(accepted()), accepted()])).toMatchObject([{ outcome: 'pass' }]);
  });

  it('accuses nobody where the case was not run on the control path', () => {
    expect(judged([accepted()])).toMatchObject([{ outcome: 'pass' }]);
  });

  it('names nobody in a chain', () => {
    expect(judged([refusedOnControl, accepted()], ['nginx', 'haproxy'])[0]).toMatchObject({ outcome: 'fail', blame: { host: 'unknown' } });
  });

  it('has nothing to say of cases that may be upgraded', () => {
    expect(judged([onControl(handshake()), handshake()])).toEqual([]);
  });
});
