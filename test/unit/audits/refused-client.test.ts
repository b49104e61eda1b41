import { describe, expect, it } from 'vitest';
import { refusedClient } from '../../../harness/audits/refused-client.ts';
import type { ForeignClientEvidence } from '../../../harness/model/client-evidence.ts';
import type { Finding } from '../../../harness/model/finding.ts';
import { findingsOf, onControl } from './evidence-builders.ts';
import { head, rejected, REQUEST, UPGRADED } from './handshake-builders.ts';
import { configLine, hostOf, pathWith, T0 } from './path-builders.ts';

const base64 = (lines: readonly string[]): string => Buffer.from(head(lines), 'latin1').toString('base64');
const client = (more: Partial<ForeignClientEvidence> = {}): ForeignClientEvidence => ({
  path: 'subject',
  scenario: 'clients',
  caseId: 'chromium',
  title: 'a page',
  cite: 'RFC 6455 section 4.1',
  client: 'chromium',
  clientVersion: '156',
  startedAtMs: T0,
  endedAtMs: T0 + 20,
  outcome: UPGRADED,
  acceptable: ['101'],
  echoed: true,
  closeCode: 1000,
  words: '',
  facts: {},
  originHeadBase64: base64(REQUEST),
  ...more,
});
const refused = (more: Partial<ForeignClientEvidence> = {}): ForeignClientEvidence =>
  client({ outcome: rejected(403), echoed: null, ...more });

const path = pathWith(['nginx']);
const judged = (subject: ForeignClientEvidence, control = client(), on = path): readonly Finding[] =>
  findingsOf(refusedClient, on, {
    foreignClients: [onControl(control), subject],
    hosts: on.proxies.map(({ name }) => hostOf(name, [configLine('drops-upgrade')])),
  });

describe('refused-client', () => {
  it('passes a client that got its socket and its echo', () => {
    expect(judged(client())).toMatchObject([{ outcome: 'pass', measures: { refusedClients: 0, clients: 1 } }]);
  });

  it('names the only proxy for a request that never reached the origin', () => {
    expect(judged(refused({ originHeadBase64: null }))).toMatchObject([
      { outcome: 'fail', cases: ['chromium'], blame: { host: 'nginx', confidence: 'likely', direction: 'to-origin' } },
    ]);
  });

  it('names nobody when the origin did not record the client on the control path either', () => {
    const unseen = client({ originHeadBase64: null });
    expect(judged(refused({ originHeadBase64: null }), unseen)).toMatchObject([{ outcome: 'fail', blame: { host: 'unknown' } }]);
  });

  it('names the proxy that took the upgrade off, with the line of its config', () => {
    const plain = ['GET /socket HTTP/1.1', 'Host: app.example', 'Connection: close'];
    expect(judged(refused({ originHeadBase64: base64(plain) }))).toMatchObject([
      { blame: { host: 'nginx', confidence: 'certain', config: { symptom: 'drops-upgrade' } } },
    ]);
  });

  it('names nobody when the request reached the origin as it was asked', () => {
    expect(judged(refused())).toMatchObject([{ outcome: 'fail', blame: { host: 'unknown' } }]);
    expect(judged(client({ echoed: false }))).toMatchObject([{ outcome: 'fail', blame: { host: 'unknown' } }]);
  });

  it('names nobody on a chain', () => {
    expect(judged(refused({ originHeadBase64: null }), client(), pathWith(['outer', 'inner']))).toMatchObject([
      { blame: { host: 'unknown' } },
    ]);
  });

  it('accuses nobody of what happens on the control path as well', () => {
    expect(judged(refused(), refused())).toMatchObject([{ outcome: 'pass' }]);
  });
});
