import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../../harness/measure/seeded-random.ts';
import { recut } from '../recorded-traffic.ts';
import { makeCertificate, readTls, recordTls } from './tls-traffic.ts';

const certificate = makeCertificate();
const LONG = 'x'.repeat(70_000);
const SAYS = ['hello', LONG, 'the end'];
const only = (version: 'TLSv1.2' | 'TLSv1.3') => ({ minVersion: version, maxVersion: version });

const SUITES = [
  ['TLSv1.2', 'ECDHE-RSA-AES128-GCM-SHA256', 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'],
  ['TLSv1.2', 'ECDHE-RSA-AES256-GCM-SHA384', 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'],
  ['TLSv1.2', 'ECDHE-RSA-CHACHA20-POLY1305', 'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256'],
  ['TLSv1.2', 'AES128-GCM-SHA256', 'TLS_RSA_WITH_AES_128_GCM_SHA256'],
  ['TLSv1.3', 'TLS_AES_128_GCM_SHA256', 'TLS_AES_128_GCM_SHA256'],
  ['TLSv1.3', 'TLS_AES_256_GCM_SHA384', 'TLS_AES_256_GCM_SHA384'],
  ['TLSv1.3', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_CHACHA20_POLY1305_SHA256'],
] as const;

describe.each(SUITES)('TlsConversation, %s with %s', (version, ciphers, name) => {
  const recorded = recordTls({
    certificate,
    server: { ALPNProtocols: ['http/1.1'] },
    client: { ...only(version), ciphers, ALPNProtocols: ['h2', 'http/1.1'] },
    says: SAYS,
  });

  it('decrypts both directions however they are chunked', async () => {
    const { pieces, keyLines } = await recorded;
    for (let seed = 1; seed <= 12; seed += 1) {
      const random = seededRandom(seed);
      const longest = seed % 3 === 0 ? 12 : 3000;
      const chunks = recut(pieces, () => 1 + random() * longest);
      const { tls, facts, plain, opened } = readTls(chunks, keyLines);
      expect(tls).toMatchObject({
        serverName: 'hopscope.test',
        alpnOffered: ['h2', 'http/1.1'],
        alpnChosen: 'http/1.1',
        version: `TLS ${version.slice(4)}`,
        cipher: name,
        decrypted: true,
        because: null,
      });
      expect(opened).toEqual(['http/1.1']);
      expect(plain.text(0) === SAYS.join('')).toBe(true);
      expect(plain.text(1) === `${SAYS.join('')}bye`).toBe(true);
      expect(plain.missed).toEqual([0, 0]);
      expect(plain.ends).toEqual(['0 fin', '1 fin']);
      expect(facts.closings.map(({ kind, from }) => [kind, from])).toEqual(
        expect.arrayContaining([
          ['close-notify', 0],
          ['close-notify', 1],
        ]),
      );
      expect(tls.alerts).toContainEqual(expect.objectContaining({ from: 1, level: 'warning', description: 'close_notify' }));
    }
  });

  it('gives content the frame in which its record ends', async () => {
    const { pieces, keyLines } = await recorded;
    const { plain } = readTls(pieces, keyLines);
    const lastOfClient = pieces.findLastIndex(({ direction }) => direction === 0) + 1;
    expect(plain.frames[0].every((frame) => frame > 1 && frame <= lastOfClient)).toBe(true);
    expect(plain.frames[1]).toEqual(plain.frames[1].toSorted((a, b) => a - b));
  });

  it('reads the handshake without keys and says that there are none', async () => {
    const { pieces, keyLines } = await recorded;
    const { tls, opened } = readTls(pieces, null);
    const inTheClear = { serverName: 'hopscope.test', alpnOffered: ['h2', 'http/1.1'], cipher: name, decrypted: false };
    expect(tls).toMatchObject({ ...inTheClear, because: 'no key log', alpnChosen: version === 'TLSv1.2' ? 'http/1.1' : null });
    expect(opened).toEqual([]);
    const other = keyLines.replaceAll(/ [0-9a-f]{64} /g, ` ${'0'.repeat(64)} `);
    expect(readTls(pieces, other).tls).toMatchObject({ ...inTheClear, because: 'the key log does not know this connection' });
  });

  it('stops where a secret is wrong, and says so', async () => {
    const { pieces, keyLines } = await recorded;
    const wrong = keyLines.replaceAll(/[0-9a-f]{8}$/gm, 'deadbeef');
    const { tls, plain } = readTls(pieces, wrong);
    expect(tls.decrypted).toBe(false);
    expect(tls.because).toMatch(/^the record of the (client|server) that ends in frame \d+ does not authenticate/);
    expect(plain.text(0)).toBe('');
  });
});
