import { describe, expect, it } from 'vitest';
import { makeCertificate, readTls, recordTls } from './tls-traffic.ts';

const certificate = makeCertificate();
const only = (version: 'TLSv1.2' | 'TLSv1.3') => ({ minVersion: version, maxVersion: version });

describe('TlsConversation', () => {
  it('names the alert of a server that has none of the application protocols', async () => {
    const { pieces, keyLines } = await recordTls({
      certificate,
      server: { ALPNProtocols: ['h2'] },
      client: { ...only('TLSv1.3'), ALPNProtocols: ['http/1.1'] },
    });
    const { tls, facts } = readTls(pieces, keyLines);
    expect(tls.alerts).toEqual([expect.objectContaining({ from: 1, level: 'fatal', description: 'no_application_protocol' })]);
    expect(tls).toMatchObject({ alpnOffered: ['http/1.1'], alpnChosen: null, cipher: null, because: 'no ServerHello was captured' });
    expect(facts.closings).toEqual([]);
  });

  it('names the alert of a server that wants a newer version', async () => {
    const { pieces } = await recordTls({ certificate, server: only('TLSv1.3'), client: only('TLSv1.2') });
    expect(readTls(pieces, null).tls.alerts).toEqual([
      expect.objectContaining({ from: 1, level: 'fatal', description: 'protocol_version' }),
    ]);
  });

  it('reads on through a HelloRetryRequest', async () => {
    const { pieces, keyLines } = await recordTls({
      certificate,
      server: { ...only('TLSv1.3'), ecdhCurve: 'P-384' },
      client: { ecdhCurve: 'X25519:P-384' },
    });
    expect(pieces.filter(({ bytes }) => bytes.includes(Buffer.from('hopscope.test')))).toHaveLength(2);
    const { tls, plain } = readTls(pieces, keyLines);
    expect(tls).toMatchObject({ version: 'TLS 1.3', decrypted: true, because: null });
    expect(plain.text(1)).toBe('hellobye');
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('reads a resumed session, %s', async (version) => {
    const first = await recordTls({ certificate, server: { ...only(version), ticketKeys: Buffer.alloc(48, 7) } });
    if (first.session === null) throw new Error('expected a session ticket');
    const second = await recordTls({
      certificate,
      server: { ...only(version), ticketKeys: Buffer.alloc(48, 7) },
      client: { session: first.session },
      says: ['again'],
    });
    const { tls, plain } = readTls(second.pieces, second.keyLines);
    expect(tls).toMatchObject({ decrypted: true, because: null });
    expect([plain.text(0), plain.text(1)]).toEqual(['again', 'againbye']);
  });

  it('does not decrypt a suite without AEAD, and names it', async () => {
    const { pieces, keyLines } = await recordTls({ certificate, client: { ...only('TLSv1.2'), ciphers: 'ECDHE-RSA-AES128-SHA256' } });
    const { tls, facts } = readTls(pieces, keyLines);
    expect(tls.because).toBe('cipher TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256 is neither AES-GCM nor ChaCha20-Poly1305');
    // That they are alerts stands in the clear, which ones does not.
    expect(tls.alerts).toContainEqual(expect.objectContaining({ from: 1, level: 'encrypted', description: 'unknown' }));
    expect(facts.closings).toEqual([]);
  });

  it('decrypts with application secrets alone', async () => {
    const { pieces, keyLines } = await recordTls({ certificate, client: only('TLSv1.3') });
    const some = keyLines.replaceAll(/^\w+_HANDSHAKE_.*\n/gm, '');
    const { tls, plain, opened } = readTls(pieces, some);
    expect(tls).toMatchObject({ decrypted: true, because: null });
    expect([opened, plain.text(0), plain.text(1)]).toEqual([[null], 'hello', 'hellobye']);
  });

  it('says which secret the key log lacks', async () => {
    const { pieces, keyLines } = await recordTls({ certificate, client: only('TLSv1.3') });
    const { tls, plain } = readTls(pieces, keyLines.replace(/^CLIENT_TRAFFIC_SECRET_0.*\n/m, ''));
    expect(tls).toMatchObject({ decrypted: true, because: 'the key log has no CLIENT_TRAFFIC_SECRET_0 of this connection' });
    expect([plain.text(0), plain.text(1)]).toEqual(['', 'hellobye']);
    expect(plain.missed[0]).toBeGreaterThan(0);
  });
});
