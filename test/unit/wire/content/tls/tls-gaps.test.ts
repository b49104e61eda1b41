import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../../harness/measure/seeded-random.ts';
import { newContentFacts } from '../../../../../harness/wire/content/content-facts.ts';
import { TlsConversation } from '../../../../../harness/wire/content/tls/tls-conversation.ts';
import type { StreamDirection } from '../../../../../harness/wire/tcp/label.ts';
import { type Piece, recut, Remembered } from '../recorded-traffic.ts';
import { keyLogOf, makeCertificate, readTls, recordTls } from './tls-traffic.ts';

const certificate = makeCertificate();
const RECORD = 16_384;
/** Goes out in one write, thus in records of the largest size. */
const SAID = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(RECORD)).join('');
const VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const;
const recordings = {
  'TLSv1.2': recordTls({ certificate, client: { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' }, says: [SAID] }),
  'TLSv1.3': recordTls({ certificate, client: { minVersion: 'TLSv1.3' }, says: [SAID] }),
};

/** One piece a record, so that a test can take one out. */
function intoRecords(pieces: readonly Piece[]): readonly Piece[] {
  const waiting: [Buffer, Buffer] = [Buffer.alloc(0), Buffer.alloc(0)];
  const records: Piece[] = [];
  for (const { direction, bytes } of pieces) {
    let rest = Buffer.concat([waiting[direction], bytes]);
    while (rest.length >= 5 && rest.length >= 5 + rest.readUInt16BE(3)) {
      const length = 5 + rest.readUInt16BE(3);
      records.push({ direction, bytes: rest.subarray(0, length) });
      rest = rest.subarray(length);
    }
    waiting[direction] = rest;
  }
  return records;
}

/** What is done with one record: bytes of it that are not given, `[start, end)`. */
type Loss = (record: Piece, index: number) => readonly [number, number] | null;

function readWithLoss(records: readonly Piece[], keyLines: string | null, loss: Loss) {
  const facts = newContentFacts();
  const plain = new Remembered();
  const conversation = new TlsConversation(facts, keyLogOf(keyLines), () => plain);
  for (const [index, record] of records.entries()) {
    const { direction, bytes } = record;
    const from = { frame: index + 1, timeNs: index };
    const [start, end] = loss(record, index) ?? [bytes.length, bytes.length];
    if (start > 0) conversation.bytes(direction, bytes, 0, start, from);
    if (end > start) conversation.missing(direction, end - start, from);
    if (end < bytes.length) conversation.bytes(direction, bytes, end, bytes.length, from);
  }
  if (facts.tls === null) throw new Error('expected facts about TLS');
  return { tls: facts.tls, plain };
}

describe.each(VERSIONS)('TlsConversation with gaps, %s', (version) => {
  const isDataOf = (direction: StreamDirection, { direction: of, bytes }: Piece): boolean =>
    of === direction && bytes[0] === 23 && bytes.length > 3000;

  it('reads on after a record of which bytes are missing', async () => {
    const { pieces, keyLines } = await recordings[version];
    const records = intoRecords(pieces);
    const second = records.findIndex(
      (record, index) => isDataOf(0, record) && records.slice(0, index).some((before) => isDataOf(0, before)),
    );
    const { tls, plain } = readWithLoss(records, keyLines, ({ bytes }, index) => (index === second ? [100, bytes.length] : null));
    expect(plain.text(0) === SAID.replace(/b+/, '')).toBe(true);
    expect(plain.missed).toEqual([RECORD, 0]);
    expect(tls).toMatchObject({ decrypted: true, because: null });
  });

  it('ends a direction where a record header is missing, and tells how much it did not read', async () => {
    const { pieces, keyLines } = await recordings[version];
    const records = intoRecords(pieces);
    const first = records.findIndex((record) => isDataOf(0, record));
    const rest = records.slice(first).filter(({ direction }) => direction === 0);
    const { tls, plain } = readWithLoss(records, keyLines, (_, index) => (index === first ? [2, 4] : null));
    expect(tls.because).toBe(`a record header of the client is not in the capture (frame ${first + 1})`);
    expect(plain.text(0)).toBe('');
    expect(plain.missed[0]).toBe(rest.reduce((sum, { bytes }) => sum + bytes.length, 0) - 2);
    expect(plain.text(1) === `${SAID}bye`).toBe(true);
  });

  it('passes over cut records without keys as if they were whole', async () => {
    const { pieces } = await recordings[version];
    const records = intoRecords(pieces);
    const { tls } = readWithLoss(records, null, ({ bytes }) => (bytes.length > 600 && bytes[0] === 23 ? [96, bytes.length] : null));
    expect(tls).toMatchObject({ because: 'no key log', version: `TLS ${version.slice(4)}` });
  });

  it('waits for a hello that comes late', async () => {
    const { pieces, keyLines } = await recordTls({
      certificate,
      client: { minVersion: version, maxVersion: version },
      says: ['hello', 'again'],
    });
    const records = intoRecords(pieces);
    const hello = records.findIndex(({ direction }) => direction === 1);
    const later = records.slice(hello);
    // The client's answer is handed over before the server's first flight, as when that one is captured only when it is sent again.
    const shuffled = [...records.slice(0, hello), ...[0, 1].flatMap((side) => later.filter(({ direction }) => direction === side))];
    const { plain, tls } = readTls(shuffled, keyLines);
    expect([plain.text(0), plain.text(1)]).toEqual(['helloagain', 'helloagainbye']);
    expect(tls.because).toBeNull();
  });

  it('says that the handshake was not captured when it begins in mid-connection', async () => {
    const { pieces, keyLines } = await recordings[version];
    const records = intoRecords(pieces);
    const data = records.slice(records.findIndex((record) => isDataOf(0, record)));
    const { tls, plain, opened } = readTls(data, keyLines);
    expect(tls).toMatchObject({ version: null, decrypted: false, because: 'the handshake was not captured' });
    expect([opened, plain.text(0), tls.alerts.filter(({ level }) => level !== 'encrypted')]).toEqual([[], '', []]);
    expect(
      readTls(
        pieces.filter(({ direction }) => direction === 0),
        keyLines,
      ).tls,
    ).toMatchObject({
      serverName: 'hopscope.test',
      because: 'no ServerHello was captured',
    });
  });

  it('reads what a short snapshot left of the hellos', async () => {
    const { pieces } = await recordings[version];
    const hello = intoRecords(pieces).findIndex(({ direction }) => direction === 1);
    const { tls } = readWithLoss(intoRecords(pieces), null, ({ bytes }, index) =>
      bytes.length > 90 ? [index === hello ? 90 : Math.min(bytes.length, 150), bytes.length] : null,
    );
    expect(tls.cipher).toMatch(/^TLS_/);
    expect(tls.version).toBe(`TLS ${version.slice(4)}`);
  });

  it('takes any bytes at all', async () => {
    const { pieces, keyLines } = await recordings[version];
    const log = keyLogOf(keyLines);
    for (let seed = 1; seed <= 150; seed += 1) {
      const random = seededRandom(seed);
      const facts = newContentFacts();
      const plain = new Remembered();
      const conversation = new TlsConversation(facts, seed % 4 === 0 ? null : log, () => plain);
      const mutated = seed % 2 === 0 ? pieces : intoRecords(pieces);
      for (const { direction, bytes } of recut(mutated, () => 1 + random() * 3000)) {
        const copy = Buffer.from(bytes);
        const from = { frame: 1, timeNs: 0 };
        if (random() < 0.03) copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256);
        if (random() < 0.02) conversation.missing(direction, Math.floor(random() * 20_000), from);
        if (random() > 0.02) conversation.bytes(direction, copy, 0, Math.ceil(copy.length * (random() < 0.02 ? random() : 1)), from);
        if (random() < 0.005) conversation.end(direction, 'rst', from);
      }
      expect(facts.tls?.alerts.length).toBeLessThanOrEqual(20);
      expect(facts.closings.length).toBeLessThanOrEqual(2);
      // What authenticated was said.
      expect(`${SAID}bye`.length).toBeGreaterThanOrEqual(plain.text(0).length);
    }
  });
});

describe('TlsConversation', () => {
  it('takes noise', () => {
    for (let seed = 1; seed <= 500; seed += 1) {
      const random = seededRandom(seed);
      const noise = Buffer.from(Array.from({ length: 2000 }, () => Math.floor(random() * 256)));
      // A header that is right, so that something of it is read.
      if (seed % 2 === 0) noise.write('160301', 0, 'hex');
      if (seed % 4 === 0) noise.write('07000100000f000303', 3, 'hex');
      const { tls } = readTls(
        recut(
          [
            { direction: 0, bytes: noise },
            { direction: 1, bytes: noise },
          ],
          () => 1 + random() * 400,
        ),
        '',
      );
      expect(tls.decrypted).toBe(false);
    }
  });
});
