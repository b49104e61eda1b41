import { describe, expect, it } from 'vitest';
import { alteredResponse } from '../../../harness/audits/altered-response.ts';
import type { HostEvidence } from '../../../harness/model/evidence.ts';
import type { Finding } from '../../../harness/model/finding.ts';
import type { PlayEvidence } from '../../../harness/model/play-evidence.ts';
import { findingsOf, onControl } from './evidence-builders.ts';
import { rejected, SWITCH } from './handshake-builders.ts';
import { configLine, hostOf, pathWith } from './path-builders.ts';
import { play, playWith } from './play-builders.ts';

const path = pathWith(['nginx']);
const judged = (one: PlayEvidence, host: HostEvidence = hostOf('nginx'), on = path): readonly Finding[] =>
  findingsOf(alteredResponse, on, { plays: [onControl(play()), one], hosts: [host] });

const DENIED = ['HTTP/1.1 401 Unauthorized', 'WWW-Authenticate: Basic', 'Content-Length: 3'];
const refused = (got: readonly string[], gotBody = 'no\n', status = 401): PlayEvidence =>
  playWith({ sent: DENIED, got, body: 'no\n', gotBody }, { outcome: rejected(status), expectation: { outcomes: ['401'] } });
const without = (lines: readonly string[], name: string): readonly string[] => lines.filter((line) => !line.startsWith(name));

describe('altered-response', () => {
  it('passes an answer that arrived as it was sent', () => {
    expect(judged(play())).toMatchObject([{ outcome: 'pass', measures: { alteredCases: 0, totalCases: 1 } }]);
    expect(judged(refused(DENIED))).toMatchObject([{ outcome: 'pass' }]);
  });

  it('names the only proxy when a status was changed', () => {
    const got = ['HTTP/1.1 502 Bad Gateway', 'Content-Length: 0'];
    expect(judged(refused(got, '', 502))).toMatchObject([
      {
        outcome: 'fail',
        summary: "nginx 1.22.1 (host nginx) passed the origin's 401 on as 502",
        cases: ['response-case'],
        blame: { host: 'nginx', confidence: 'certain', direction: 'to-client' },
      },
    ]);
  });

  it('leaves a 502 for a 101 that is not right alone where the case allows it', () => {
    const invalid = playWith(
      { sent: without(SWITCH, 'Connection'), got: ['HTTP/1.1 502 Bad Gateway'] },
      { outcome: rejected(502), expectation: { outcomes: ['malformed-response', '502'] } },
    );
    expect(judged(invalid)).toMatchObject([{ outcome: 'pass' }]);
  });

  it('finds a 101 that was mended on the way', () => {
    const mended = playWith(
      { sent: without(SWITCH, 'Connection'), got: SWITCH },
      { expectation: { outcomes: ['malformed-response', '502'] } },
    );
    expect(judged(mended)[0]).toMatchObject({ outcome: 'fail', blame: { host: 'nginx' } });
  });

  it('finds a 101 that was made up', () => {
    const invented = playWith({ sent: null, got: SWITCH }, { expectation: { outcomes: ['closed', '502'] } });
    expect(judged(invented)[0]?.summary).toContain('answered 101 although the origin gave no answer');
  });

  it('finds a challenge that was dropped', () => {
    expect(judged(refused(without(DENIED, 'WWW-Authenticate')))[0]?.summary).toContain('dropped WWW-Authenticate in the answer');
  });

  it('finds one of two cookies dropped', () => {
    const cookies = [...SWITCH, 'Set-Cookie: a=1', 'Set-Cookie: b=2'];
    const got = [...SWITCH, 'Set-Cookie: a=1'];
    expect(judged(playWith({ sent: cookies, got }))[0]?.summary).toContain('changed Set-Cookie');
  });

  it('finds a body that was spoilt, and takes a chunked one for the same', () => {
    expect(judged(refused(DENIED, 'n'))[0]?.summary).toContain('spoilt the body');
    const chunked = [...without(DENIED, 'Content-Length'), 'Transfer-Encoding: chunked'];
    expect(judged(refused(chunked, '3\r\nno\n\r\n0\r\n\r\n'))[0]?.outcome).toBe('pass');
  });

  it('leaves fields of each hop alone', () => {
    expect(judged(refused([...DENIED, 'Server: nginx', 'Via: 1.1 nginx', 'Connection: keep-alive']))[0]?.outcome).toBe('pass');
  });

  it('lets a config rewrite the Location that it says it rewrites', () => {
    const moved = (location: string): readonly string[] => ['HTTP/1.1 302 Found', `Location: ${location}`, 'Content-Length: 0'];
    const one = playWith(
      { sent: moved('http://origin/'), got: moved('https://public.example/') },
      { outcome: rejected(302), expectation: { outcomes: ['302'] } },
    );
    expect(judged(one)[0]?.outcome).toBe('fail');
    const line = configLine('changes-header', { text: 'http-response replace-header Location http://origin/ https://public.example/' });
    expect(judged(one, hostOf('nginx', [line]))[0]?.outcome).toBe('pass');
  });

  it('names nobody for silence on a link that loses packets', () => {
    const lossy = pathWith(['nginx'], {
      links: [
        { name: 'firewall', impairments: [{ kind: 'loss-nth', every: 40, direction: 'both' }] },
        { name: 'rack1', impairments: [] },
      ],
    });
    const silent = playWith({ sent: SWITCH, got: null }, { outcome: { kind: 'timeout', waitedMs: 1000, waitingFor: 'response' } });
    expect(judged(silent, hostOf('nginx'), lossy)[0]).toMatchObject({ outcome: 'fail', blame: { host: 'unknown' } });
    expect(judged(silent)[0]).toMatchObject({ outcome: 'fail', blame: { host: 'nginx', confidence: 'likely' } });
  });

  it('leaves an answer alone that was given to a request which had lost its upgrade on the way', () => {
    const got = ['HTTP/1.1 502 Bad Gateway', 'Content-Length: 0'];
    const base = refused(got, '', 502);
    const plain = Buffer.from('GET /socket HTTP/1.1\r\nHost: app.example\r\n\r\n').toString('base64');
    const lost = { ...base, origin: base.origin === null ? null : { ...base.origin, receivedHeadBase64: plain } };
    expect(judged(base)[0]).toMatchObject({ outcome: 'fail' });
    expect(judged(lost).filter(({ outcome }) => outcome === 'fail')).toEqual([]);
  });

  it('does not judge silence of a client that gave up right after the origin spoke', () => {
    const late = playWith({ sent: SWITCH, got: null }, { outcome: { kind: 'timeout', waitedMs: 1000, waitingFor: 'response' } });
    const steps = [{ step: 0, startedAtMs: late.client.startedAtMs + 800, endedAtMs: late.client.startedAtMs + 800 }];
    const origin = late.origin === null ? null : { ...late.origin, steps };
    expect(judged({ ...late, origin }).filter(({ outcome }) => outcome === 'fail')).toEqual([]);
    const patient = { ...late, origin, outcome: { kind: 'timeout' as const, waitedMs: 1600, waitingFor: 'response' as const } };
    expect(judged(patient)[0]).toMatchObject({ outcome: 'fail' });
    // Connecting took half a second: everything is slow.
    const toiling = { ...late.client, connectedAtMs: late.client.startedAtMs + 500 };
    expect(judged({ ...patient, client: toiling }).filter(({ outcome }) => outcome === 'fail')).toEqual([]);
    // What it waited for TLS before is no wait for an answer.
    const untilMs = late.client.startedAtMs + 1100;
    const client = { ...late.client, events: [{ atMs: untilMs, kind: 'deadline' as const }] };
    const slow = { ...late, client, origin, outcome: { kind: 'timeout' as const, waitedMs: 2000, waitingFor: 'response' as const } };
    expect(judged(slow).filter(({ outcome }) => outcome === 'fail')).toEqual([]);
  });

  it('names nobody in a chain whose configs do not decide', () => {
    const got = ['HTTP/1.1 502 Bad Gateway', 'Content-Length: 0'];
    const chain = pathWith(['nginx', 'haproxy']);
    const [finding] = findingsOf(alteredResponse, chain, {
      plays: [onControl(play()), refused(got, '', 502)],
      hosts: [hostOf('nginx'), hostOf('haproxy')],
    });
    expect(finding).toMatchObject({ outcome: 'fail', blame: { host: 'unknown' } });
  });

  it('accuses nobody of what happens without a proxy too', () => {
    const one = refused(without(DENIED, 'WWW-Authenticate'));
    expect(
      findingsOf(alteredResponse, path, { plays: [onControl(one), one], hosts: [hostOf('nginx')] }).filter(
        ({ outcome }) => outcome === 'fail',
      ),
    ).toEqual([]);
  });
});
