import { describe, expect, it } from 'vitest';
import { encodeAnswer, readQuery } from '../../../../containers/world/dns-message.ts';
import { answerQuery } from '../../../../containers/world/dns-server.ts';
import { DnsZone } from '../../../../containers/world/dns-zone.ts';
import { seededRandom } from '../../../../harness/measure/seeded-random.ts';
import { question } from './dns-question.ts';

const zone = new DnsZone({ backend: '198.18.0.7' });

describe('answerQuery', () => {
  it('says nothing to what is no query', () => {
    expect(answerQuery(Buffer.from('00'), zone, false)).toBeNull();
    const response = question('backend');
    response.writeUInt8(0x81, 2);
    expect(answerQuery(response, zone, false)).toBeNull();
  });

  it.each([
    ['two questions', 1, (bytes: Buffer) => bytes.writeUInt16BE(2, 4)],
    ['another operation', 4, (bytes: Buffer) => bytes.writeUInt8(0x20, 2)],
    ['a name that points elsewhere', 1, (bytes: Buffer) => bytes.writeUInt8(0xc0, 12)],
  ])('answers %s with code %i', (_what, code, spoil) => {
    const bytes = question('backend');
    spoil(bytes);
    expect(answerQuery(bytes, zone, false)?.readUInt16BE(2)).toSatisfy((flags: number) => (flags & 15) === code && flags >= 0x8000);
  });

  it('gives the question back as it was asked, letter by letter', () => {
    const bytes = question('BackEnd');
    expect(answerQuery(bytes, zone, false)?.subarray(12, bytes.length)).toEqual(bytes.subarray(12));
  });

  it('answers EDNS with its own size, and an unknown version of it with BADVERS', () => {
    const known = answerQuery(question('backend', 1, { edns: 0 }), zone, false);
    expect(known?.subarray(-11).toString('hex')).toBe('00002904d0000000000000');
    const unknown = answerQuery(question('backend', 1, { edns: 1 }), zone, false);
    expect(unknown?.subarray(-11).toString('hex')).toBe('00002904d0010000000000');
  });

  it('cuts what is too long for UDP, and not over TCP', () => {
    const long = question(Array.from({ length: 4 }, () => 'x'.repeat(55)).join('.'), 33);
    const [cut, whole] = [answerQuery(long, zone, false), answerQuery(long, zone, true)];
    expect(cut?.length).toBe(long.length);
    expect((cut?.readUInt16BE(2) ?? 0) & 0x0200).toBe(0x0200);
    expect(whole?.readUInt16BE(6)).toBe(3);
    expect((whole?.readUInt16BE(2) ?? 0) & 0x0200).toBe(0);
  });

  it('takes any bytes', () => {
    const random = seededRandom(6);
    const seeds = [question('a.b.backend', 33, { edns: 0 }), question('backend'), question('', 255)];
    for (let round = 0; round < 20_000; round++) {
      const bytes = Buffer.from(seeds[round % seeds.length] ?? []);
      for (let change = 0; change < 1 + random() * 4; change++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      const cut = bytes.subarray(0, random() < 0.3 ? Math.floor(random() * bytes.length) : bytes.length);
      expect(answerQuery(cut, zone, round % 2 === 0)?.length ?? 12).toBeGreaterThanOrEqual(12);
    }
  });
});

describe('encodeAnswer', () => {
  it('keeps within 512 bytes where nobody spoke of sizes', () => {
    const query = readQuery(question('backend'));
    const record = { name: null, type: 16, ttl: 5, data: Buffer.alloc(250, 'x') };
    if (query === null) throw new Error('a query expected');
    const answer = { code: 0, answers: [record, record, record], additional: [] };
    expect(encodeAnswer(query, answer, false).length).toBeLessThanOrEqual(512);
    const roomy = readQuery(question('backend', 1, { edns: 0 }));
    if (roomy === null) throw new Error('a query expected');
    expect(encodeAnswer(roomy, answer, false).length).toBeGreaterThan(750);
  });
});
