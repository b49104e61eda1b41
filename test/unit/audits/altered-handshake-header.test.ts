import { describe, expect, it } from 'vitest';
import { alteredHandshakeHeader } from '../../../harness/audits/altered-handshake-header.ts';
import type { Finding } from '../../../harness/model/finding.ts';
import type { HandshakeEvidence, HostEvidence } from '../../../harness/model/evidence.ts';
import { findingsOf, onControl } from './evidence-builders.ts';
import { answer, client, handshake, head, originSaw, refusedUnseen, rejected, REQUEST, SWITCH } from './handshake-builders.ts';
import { configLine, hostOf, pathWith } from './path-builders.ts';

const path = pathWith(['nginx']);
const works = onControl(handshake());

/** A handshake whose request reached the origin as `received`; the origin answered `sent` and the client got `got`. */
const changed = (received: readonly string[], sent: readonly string[] = SWITCH, got: readonly string[] = sent): HandshakeEvidence =>
  handshake({
    client: client(head(REQUEST), head(got)),
    origin: [originSaw(head(received), head(sent))],
    ...(sent === SWITCH ? {} : { outcome: rejected(426) }),
  });

const judged = (one: HandshakeEvidence, host: HostEvidence = hostOf('nginx'), on = path): readonly Finding[] =>
  findingsOf(alteredHandshakeHeader, on, { handshakes: [works, one], hosts: [host] });

const replaced = (name: string, line: string): readonly string[] => REQUEST.map((old) => (old.startsWith(name) ? line : old));
const cookie = (value: string): HandshakeEvidence => ({
  ...changed([...REQUEST, `Cookie: ${value}`]),
  client: client(head([...REQUEST, 'Cookie: session=secret']), head(SWITCH)),
});

describe('altered-handshake-header', () => {
  it('passes when nothing changed', () => {
    expect(judged(handshake())).toEqual([
      expect.objectContaining({ outcome: 'pass', summary: '1 handshake compared byte by byte: nothing changed' }),
    ]);
  });

  it.each([
    ['X-Forwarded-For added', [...REQUEST, 'X-Forwarded-For: 10.0.0.1'], [{ kind: 'added', name: 'X-Forwarded-For', after: '10.0.0.1' }]],
    ['Via added', [...REQUEST, 'Via: 1.1 nginx'], [{ kind: 'added', name: 'Via', after: '1.1 nginx' }]],
    [
      'Host changed',
      replaced('Host', 'Host: origin:9000'),
      [{ kind: 'changed', name: 'Host', before: 'hopscope.test', after: 'origin:9000' }],
    ],
    [
      'names re-cased',
      replaced('Sec-WebSocket-Version', 'sec-websocket-version: 13'),
      [{ kind: 'recased', before: 'Sec-WebSocket-Version', after: 'sec-websocket-version' }],
    ],
    [
      'the Connection list normalised',
      replaced('Connection', 'Connection: upgrade'),
      [{ kind: 'changed', name: 'Connection', before: 'Upgrade', after: 'upgrade' }],
    ],
  ])('lists %s as information', (_, received, changes) => {
    const [finding] = judged(changed(received));
    expect(finding?.outcome).toBe('pass');
    expect(finding?.details).toMatchObject([
      {
        kind: 'headers',
        hops: [
          { message: 'request', changes },
          { message: 'response', changes: [] },
        ],
      },
    ]);
  });

  it.each([
    [
      'a changed key',
      replaced('Sec-WebSocket-Key', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=='),
      'changed Sec-WebSocket-Key in the request',
    ],
    ['a dropped version', REQUEST.slice(0, -1), 'dropped Sec-WebSocket-Version in the request'],
    [
      'an invented extension',
      [...REQUEST, 'Sec-WebSocket-Extensions: permessage-deflate'],
      'added Sec-WebSocket-Extensions in the request',
    ],
    ['an invented subprotocol', [...REQUEST, 'Sec-WebSocket-Protocol: chat'], 'added Sec-WebSocket-Protocol in the request'],
    ['an invented Origin', [...REQUEST, 'Origin: https://a.example'], 'added Origin in the request'],
    ['HTTP/1.0', ['GET /socket HTTP/1.0', ...REQUEST.slice(1)], 'passed the request on as HTTP/1.0 instead of HTTP/1.1'],
    ['another method', ['POST /socket HTTP/1.1', ...REQUEST.slice(1)], 'passed GET on as POST'],
    ['another target', ['GET /ws HTTP/1.1', ...REQUEST.slice(1)], 'passed /socket on as /ws'],
  ])('fails %s even when the origin upgraded', (_, received, did) => {
    expect(judged(changed(received))).toEqual([
      expect.objectContaining({
        outcome: 'fail',
        summary: `nginx 1.22.1 (host nginx) ${did}`,
        blame: expect.objectContaining({ host: 'nginx', confidence: 'certain' }),
      }),
    ]);
  });

  it('fails a changed cookie and shows neither value', () => {
    const [finding] = judged(cookie('session=other'));
    expect(finding?.outcome).toBe('fail');
    expect(JSON.stringify(finding)).not.toMatch(/secret|other/);
  });

  it('takes the same list in two lines for the same list', () => {
    const two = changed([...REQUEST, 'Sec-WebSocket-Protocol: a', 'Sec-WebSocket-Protocol: b']);
    const [finding] = judged({ ...two, client: client(head([...REQUEST, 'Sec-WebSocket-Protocol: a, b']), head(SWITCH)) });
    expect(finding?.outcome).toBe('pass');
  });

  it('fails a dropped upgrade that the origin refused, and names the line', () => {
    const line = configLine('drops-upgrade', {
      file: 'nginx.conf',
      line: 12,
      text: 'proxy_pass http://origin:9000;',
      scope: { pathPrefix: '/' },
    });
    const [finding] = judged(changed([REQUEST[0] ?? '', 'Host: origin', ...REQUEST.slice(4)], answer(426)), hostOf('nginx', [line]));
    expect(finding).toMatchObject({
      outcome: 'fail',
      blame: { host: 'nginx', leg: 'nginx-origin', direction: 'to-origin', config: { line: 12 } },
    });
  });

  it('names a line that changes a header only when it names that header', () => {
    const host = configLine('changes-header', { text: 'proxy_pass http://origin:9000;' });
    const own = configLine('changes-header', { line: 14, text: 'proxy_set_header Origin "";' });
    const added = changed([...REQUEST, 'Origin: https://a.example']);
    expect(judged(added, hostOf('nginx', [host]))[0]?.blame?.config).toBeNull();
    expect(judged(added, hostOf('nginx', [host, own]))[0]?.blame?.config?.line).toBe(14);
  });

  it('passes a dropped upgrade that a lenient origin accepted', () => {
    expect(judged(changed([REQUEST[0] ?? '', 'Host: origin', ...REQUEST.slice(4)]))[0]?.outcome).toBe('pass');
  });

  it('passes a declared rewrite of the target unless the origin refused it', () => {
    const host = hostOf('nginx', [configLine('rewrites-target', { file: 'nginx.conf', line: 9, scope: { pathPrefix: '/socket' } })]);
    const rewritten = ['GET /ws HTTP/1.1', ...REQUEST.slice(1)];
    expect(judged(changed(rewritten), host)[0]).toMatchObject({
      outcome: 'pass',
      summary: expect.stringContaining('the target was rewritten, as nginx.conf:9 says'),
    });
    expect(judged(changed(rewritten, answer(404)), host)[0]).toMatchObject({ outcome: 'fail', blame: { config: { line: 9 } } });
  });

  it('takes a rewrite that is declared for other targets for undeclared', () => {
    const host = hostOf('nginx', [configLine('rewrites-target', { scope: { pathPrefix: '/api' } })]);
    expect(judged(changed(['GET /ws HTTP/1.1', ...REQUEST.slice(1)]), host)[0]).toMatchObject({ outcome: 'fail', blame: { config: null } });
  });

  it.each([
    [
      'a changed accept value',
      SWITCH,
      SWITCH.map((line) => (line.startsWith('Sec') ? 'Sec-WebSocket-Accept: AAAA' : line)),
      'changed Sec-WebSocket-Accept in the response',
    ],
    ['a 101 without Upgrade', SWITCH, SWITCH.filter((line) => !line.startsWith('Upgrade')), 'passed the response on without Upgrade'],
  ])('fails %s', (_, sent, got, did) => {
    const [finding] = judged(changed(REQUEST, sent, got));
    expect(finding).toMatchObject({ outcome: 'fail', blame: { host: 'nginx', leg: 'client-nginx', direction: 'to-client' } });
    expect(finding?.summary).toContain(did);
  });

  it('does not compare a response that the proxy made itself', () => {
    expect(judged(changed(REQUEST, SWITCH, [...answer(502), 'Sec-WebSocket-Accept: AAAA']))[0]?.outcome).toBe('pass');
  });

  it('makes one finding of one cause in many cases and two of two causes', () => {
    const one = changed([...REQUEST, 'Origin: a']);
    const findings = findingsOf(alteredHandshakeHeader, path, {
      handshakes: [works, one, { ...one, caseId: 'b' }, changed(['GET /socket HTTP/1.0', ...REQUEST.slice(1)])],
      hosts: [hostOf('nginx')],
    });
    expect(findings.map(({ measures }) => measures)).toEqual([{ alteredCases: 2 }, { alteredCases: 1 }]);
  });

  it('says nothing when no request reached the origin', () => {
    expect(judged(refusedUnseen(403))).toEqual([]);
  });

  it('is inconclusive when what reached the origin is no whole request', () => {
    const cut = handshake({ origin: [originSaw('GET /socket HTTP/1.1\r\nHost: a', '')] });
    expect(judged(cut)).toEqual([expect.objectContaining({ outcome: 'inconclusive' })]);
  });
});

describe('altered-handshake-header on an answer other than 101', () => {
  // HAProxy 2.4 to 2.7 does this; the client looks at the value of a 101 only.
  it('passes an accept value that was added, and lists it', () => {
    const [finding] = judged(changed(REQUEST, answer(426), [...answer(426), 'Sec-Websocket-Accept: AAAA']));
    expect(finding?.outcome).toBe('pass');
    expect(JSON.stringify(finding?.details)).toContain('Sec-Websocket-Accept');
  });

  it('passes a rewritten target in a case that a correct path refuses too', () => {
    const line = configLine('rewrites-target');
    const refused = { ...changed(['GET /ws HTTP/1.1', ...REQUEST.slice(1)], answer(426)), acceptable: ['426'] };
    expect(judged(refused, hostOf('nginx', [line]))[0]?.outcome).toBe('pass');
  });
});

describe('altered-handshake-header on a path of two proxies', () => {
  const two = pathWith(['nginx', 'haproxy']);
  const dropped = changed([REQUEST[0] ?? '', 'Host: origin', ...REQUEST.slice(4)], answer(426));
  const drops = configLine('drops-upgrade');

  const hostFor = (hosts: readonly HostEvidence[]): string | undefined =>
    findingsOf(alteredHandshakeHeader, two, { handshakes: [works, dropped], hosts })[0]?.blame?.host;

  it('names the one whose config alone drops the upgrade', () => {
    expect(hostFor([hostOf('nginx', [drops]), hostOf('haproxy')])).toBe('nginx');
  });

  it('names nobody when both can, when none can, or when a config is not known', () => {
    expect(hostFor([hostOf('nginx', [drops]), hostOf('haproxy', [drops])])).toBe('unknown');
    expect(hostFor([hostOf('nginx'), hostOf('haproxy')])).toBe('unknown');
    expect(hostFor([hostOf('nginx', [drops]), hostOf('haproxy', [], { config: null })])).toBe('unknown');
  });

  it('leaves out a line for other targets, but not behind a rewrite', () => {
    const elsewhere = configLine('drops-upgrade', { scope: { pathPrefix: '/static' } });
    expect(hostFor([hostOf('nginx', [drops]), hostOf('haproxy', [elsewhere])])).toBe('nginx');
    expect(hostFor([hostOf('nginx', [drops, configLine('rewrites-target')]), hostOf('haproxy', [elsewhere])])).toBe('unknown');
  });
});

describe('what a case asks of the request at the origin', () => {
  const asking = (atOrigin: HandshakeEvidence['atOrigin'], sent: readonly string[], received: readonly string[]): HandshakeEvidence => ({
    ...changed(received),
    client: client(head(sent), head(SWITCH)),
    ...(atOrigin === undefined ? {} : { atOrigin }),
  });
  const hop = [...replaced('Connection', 'Connection: Upgrade, X-Hop'), 'X-Hop: 1'];

  it('is that a field arrives with its value', () => {
    const sent = [...REQUEST, 'X-Application: a'];
    expect(judged(asking({ keeps: ['X-Application'] }, sent, REQUEST)).at(-1)).toMatchObject({
      outcome: 'fail',
      summary: 'nginx 1.22.1 (host nginx) dropped X-Application in the request',
      cases: ['plain'],
    });
    expect(judged(asking({ keeps: ['X-Application'] }, sent, sent)).at(-1)?.outcome).toBe('pass');
  });

  it('is that a field which Connection names does not pass an HTTP intermediary', () => {
    const finding = judged(asking({ drops: ['X-Hop'] }, hop, [...REQUEST, 'X-Hop: 1'])).at(-1);
    expect(finding).toMatchObject({ outcome: 'fail', blame: { host: 'nginx' } });
    expect(finding?.summary).toContain('passed X-Hop on');
    expect(judged(asking({ drops: ['X-Hop'] }, hop, REQUEST)).at(-1)?.outcome).toBe('pass');
  });

  it('is nothing of a relay, which passes every byte on as it is', () => {
    expect(judged(asking({ drops: ['X-Hop'] }, hop, hop)).at(-1)?.outcome).toBe('pass');
  });

  it('lets the absolute form of a target become path and query', () => {
    const absolute = ['GET http://hopscope.test/socket HTTP/1.1', ...REQUEST.slice(1)];
    expect(judged(asking(undefined, absolute, REQUEST)).at(-1)?.outcome).toBe('pass');
    expect(judged(asking(undefined, absolute, ['GET /http://hopscope.test/socket HTTP/1.1', ...REQUEST.slice(1)])).at(-1)?.outcome).toBe(
      'fail',
    );
  });

  it('lets a higher minor version become 1.1', () => {
    expect(judged(asking(undefined, ['GET /socket HTTP/1.2', ...REQUEST.slice(1)], REQUEST)).at(-1)?.outcome).toBe('pass');
  });

  it('takes lines that were joined by commas for the same', () => {
    const twice = [...REQUEST, 'X-List: a', 'X-List: b'];
    expect(judged(asking({ keeps: ['X-List'] }, twice, [...REQUEST, 'X-List: a, b'])).at(-1)?.outcome).toBe('pass');
  });

  it('says that the query changed without showing it', () => {
    const query = (text: string): readonly string[] => [`GET /socket?${text} HTTP/1.1`, ...REQUEST.slice(1)];
    const finding = judged(asking(undefined, query("token='s"), query('token=%27s'))).at(-1);
    expect(finding?.summary).toContain('with another query');
    expect(JSON.stringify(finding)).not.toContain('%27s');
  });
});
