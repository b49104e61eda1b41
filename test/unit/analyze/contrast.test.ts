import { describe, expect, it } from 'vitest';
import { contrastsOf } from '../../../harness/analyze/contrast.ts';
import type { HeaderSeen, UpgradeSeen } from '../../../harness/model/content-analysis.ts';
import { aCapture, anUpgrade, aResponse, START_MS, withExchange } from '../../fixtures/analysis-builders.ts';

const CAPTURES = [aCapture({ file: 'good.pcap' }), aCapture({ file: 'bad.pcap' })];
const accepted = anUpgrade({ server: '10.20.2.9:9000' });
const REFUSAL = aResponse(403, 'Forbidden', { frame: 12, atMs: START_MS + 9 });
const refused = withExchange(anUpgrade({ capture: 1, stream: 3, key: 'b3RoZXIga2V5IGhlcmUhIQ==' }), { response: REFUSAL });

const headersOf = (upgrade: UpgradeSeen, change: (headers: readonly HeaderSeen[]) => readonly HeaderSeen[]): UpgradeSeen =>
  withExchange(upgrade, { headers: change(upgrade.exchange.headers) });
const without = (name: string) => (headers: readonly HeaderSeen[]) => headers.filter((it) => it.name !== name);
const plus = (name: string, value: string) => (headers: readonly HeaderSeen[]) => [...headers, { name, value }];
const only = (upgrades: readonly UpgradeSeen[], captures = CAPTURES) => {
  const [contrast, ...others] = contrastsOf(upgrades, captures);
  expect(others).toEqual([]);
  return contrast;
};

describe('contrastsOf', () => {
  it('says who answered what to whom in the two captures of the founding incident', () => {
    expect(only([accepted, refused])).toEqual({
      accepted: { capture: 0, stream: 0 },
      refused: { capture: 1, stream: 3 },
      headerDifferences: [],
      sentence:
        'GET /live/socket: 10.20.1.8:8080 answered 403 Forbidden to 10.20.0.1:51000 (bad.pcap, stream 3, frame 12); 10.20.2.9:9000 answered 101 to 10.20.0.1:51000 (good.pcap, stream 0, frame 6). The two requests say the same.',
    });
  });

  it('invents nothing when nothing fitting was accepted', () => {
    expect(contrastsOf([refused], CAPTURES)).toEqual([]);
    expect(contrastsOf([withExchange(accepted, { target: '/other', host: 'other.example' }), refused], CAPTURES)).toEqual([]);
    expect(contrastsOf([], [])).toEqual([]);
  });

  it.each([
    ['a header that the refused request lacks', headersOf(refused, without('Upgrade')), 'The refused request lacks Upgrade.', 'Upgrade'],
    [
      'a header that only the refused request has',
      headersOf(refused, plus('Origin', 'https://x')),
      'Only the refused request has Origin.',
      'Origin',
    ],
    [
      'another value',
      headersOf(refused, (headers) => headers.map((it) => (it.name === 'Host' ? { ...it, value: 'app.example:8080' } : it))),
      'The refused request differs in Host (app.example:8080, not app.example).',
      'Host',
    ],
    [
      'an older HTTP version',
      withExchange(refused, { protocol: 'HTTP/1.0' }),
      'The refused request differs in HTTP version (HTTP/1.0, not HTTP/1.1).',
      'HTTP version',
    ],
    [
      'another query, without showing it',
      withExchange(refused, { target: '/live/socket?token=secret' }),
      'The refused request differs in the query.',
      'query',
    ],
  ])('names %s', (_, bad, sentence, name) => {
    const contrast = only([accepted, bad]);
    expect(contrast?.sentence).toContain(sentence);
    expect(contrast?.sentence).not.toContain('secret');
    expect(contrast?.headerDifferences.map((it) => it.name)).toEqual([name]);
  });

  it('leaves out keys, request ids, dates, the case of tokens and the values of secrets', () => {
    const noise = (value: string) => (headers: readonly HeaderSeen[]) => [
      ...headers.map((it) => (it.name === 'Upgrade' ? { name: 'UPGRADE', value: value === 'one' ? 'websocket' : 'WebSocket' } : it)),
      { name: 'X-Request-Id', value },
      { name: 'Date', value },
      { name: 'traceparent', value },
      { name: 'Cookie', value: `[redacted, ${String(value.length)} bytes]` },
    ];
    expect(only([headersOf(accepted, noise('one')), headersOf(refused, noise('other'))])?.headerDifferences).toEqual([]);
  });

  it('says that one request has a secret and the other has none', () => {
    const bare = only([headersOf(accepted, plus('Cookie', '[redacted, 40 bytes]')), refused]);
    expect(bare?.sentence).toContain('The refused request lacks Cookie.');
  });

  it('prefers the same target and host, then another capture, then the nearest in time', () => {
    const elsewhere = withExchange(anUpgrade({ capture: 0, stream: 7, key: 'a2V5IG51bWJlciBzZXZlbg==' }), {
      target: '/live/socket',
      host: 'other.example',
    });
    const near = withExchange(anUpgrade({ capture: 1, stream: 8, key: 'a2V5IG51bWJlciBlaWdodA==' }), {});
    expect(only([near, elsewhere, accepted, refused])?.accepted).toEqual({ capture: 0, stream: 0 });
    expect(only([near, elsewhere, refused])?.accepted).toEqual({ capture: 0, stream: 7 });
    expect(only([near, refused])?.accepted).toEqual({ capture: 1, stream: 8 });
  });

  it('tells refusals that are alike once, and at most twenty', () => {
    const again = Array.from({ length: 50 }, (_, stream) => ({ ...refused, stream: 10 + stream }));
    expect(contrastsOf([accepted, ...again], CAPTURES)).toHaveLength(1);
    const different = again.map((it, index) => withExchange(it, { target: `/socket/${String(index)}` }));
    expect(contrastsOf([accepted, ...different], CAPTURES)).toHaveLength(20);
  });
});

describe('contrastsOf, one handshake', () => {
  it('finds the two legs of a proxy by the key that it passes on', () => {
    const clientLeg = withExchange(anUpgrade({ client: '10.20.0.1:51000', server: '10.20.1.8:8080' }), {
      response: aResponse(502, 'Bad Gateway', { frame: 30 }),
    });
    const serverLeg = anUpgrade({ stream: 1, client: '10.20.1.8:40000', server: '10.20.2.9:9000' });
    expect(only([clientLeg, serverLeg], [aCapture()])?.sentence).toBe(
      'GET /live/socket: 10.20.1.8:8080 answered 502 Bad Gateway to 10.20.0.1:51000 (stream 0, frame 30), while 10.20.2.9:9000 answered 101 to 10.20.1.8:40000 for the same handshake (stream 1, frame 6). The two requests say the same. So the refusal was made at 10.20.1.8:8080, not behind it.',
    );
  });

  it('says that something between changed the outcome when two captures of one connection disagree', () => {
    const atServer = anUpgrade({ capture: 0 });
    const atClient = { ...anUpgrade({ capture: 1 }), outcome: 'reset', status: null } as const;
    expect(only([atServer, atClient])?.sentence).toContain('is one handshake seen at two places: in good.pcap, stream 0, frame 6');
    expect(only([atServer, atClient])?.sentence).toContain('Something between the two places made the difference.');
  });

  it('does not take two requests of one client for one handshake because a script repeats its key', () => {
    const key = 'dGhlIHNhbXBsZSBub25jZQ==';
    const repeated = withExchange(anUpgrade({ capture: 1, stream: 3, key }), { response: REFUSAL });
    expect(only([anUpgrade({ server: '10.20.2.9:9000', key }), repeated])?.sentence).not.toMatch(/same handshake|was made at/);
  });

  it('stays quick with thousands of both kinds', () => {
    const many = Array.from({ length: 4000 }, (_, stream) =>
      withExchange(anUpgrade({ stream, key: `a${String(stream)}` }), { target: `/t/${String(stream)}` }),
    );
    const bad = many.map((it, stream) =>
      withExchange({ ...it, stream: 5000 + stream }, { target: `/r/${String(stream)}`, response: REFUSAL }),
    );
    expect(contrastsOf([...many, ...bad], [aCapture()])).toHaveLength(20);
  });

  it('does not take a second capture of the same handshakes for a good one', () => {
    const key = 'c2FtZSBrZXkgaW4gYm90aA==';
    const both = [0, 1].map((capture) => anUpgrade({ capture, stream: 5, key }));
    const seen = [0, 1].map((capture) => ({ ...refused, capture }));
    expect(contrastsOf([...both, ...seen], CAPTURES)).toHaveLength(1);
    expect(contrastsOf([...both, ...seen], CAPTURES)[0]?.sentence).not.toContain('not behind it');
  });
});
