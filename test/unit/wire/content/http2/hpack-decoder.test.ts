import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../../harness/measure/seeded-random.ts';
import { HpackDecoder } from '../../../../../harness/wire/content/http2/hpack-decoder.ts';
import { decodeHuffman } from '../../../../../harness/wire/content/http2/huffman.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const shown = (decoder: HpackDecoder, block: string) => decoder.decode(hex(block))?.map(({ name, value }) => `${name}: ${value}`);

const DATE = 'Mon, 21 Oct 2013 20:13:2';
const REQUEST = [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com'];
const SECURE = [':method: GET', ':scheme: https', ':path: /index.html', ':authority: www.example.com', 'custom-key: custom-value'];
const RESPONSE = ['cache-control: private', `date: ${DATE}1 GMT`, 'location: https://www.example.com'];
const COOKIE = 'set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1';
const LAST = [
  ':status: 200',
  'cache-control: private',
  `date: ${DATE}2 GMT`,
  'location: https://www.example.com',
  'content-encoding: gzip',
  COOKIE,
];

describe('HpackDecoder', () => {
  it.each([
    ['C.2.1', '400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572', 'custom-key: custom-header'],
    ['C.2.2', '040c 2f73 616d 706c 652f 7061 7468', ':path: /sample/path'],
    ['C.2.3', '1008 7061 7373 776f 7264 0673 6563 7265 74', 'password: secret'],
    ['C.2.4', '82', ':method: GET'],
  ])('reads the field of RFC 7541 %s', (_, block, field) => {
    expect(shown(new HpackDecoder(), block)).toEqual([field]);
  });

  it('reads the requests of RFC 7541 C.3 and C.4', () => {
    const plain = new HpackDecoder();
    expect(shown(plain, '8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d')).toEqual(REQUEST);
    expect(shown(plain, '8286 84be 5808 6e6f 2d63 6163 6865')).toEqual([...REQUEST, 'cache-control: no-cache']);
    expect(shown(plain, '8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65')).toEqual(SECURE);
    const huffman = new HpackDecoder();
    expect(shown(huffman, '8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff')).toEqual(REQUEST);
    expect(shown(huffman, '8286 84be 5886 a8eb 1064 9cbf')).toEqual([...REQUEST, 'cache-control: no-cache']);
    expect(shown(huffman, '8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf')).toEqual(SECURE);
  });

  it('reads the responses of RFC 7541 C.6, whose table is of 256 bytes and evicts', () => {
    const decoder = new HpackDecoder();
    const first =
      '4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3';
    // In front: the size update that the appendix assumes to be agreed on.
    expect(shown(decoder, `3fe101 ${first}`)).toEqual([':status: 302', ...RESPONSE]);
    expect(shown(decoder, '4883 640e ffc1 c0bf')).toEqual([':status: 307', ...RESPONSE]);
    const third =
      '88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07';
    expect(shown(decoder, third)).toEqual(LAST);
  });

  it.each([
    ['index 0', '80'],
    ['an index past the table', 'be'],
    ['an integer that does not end', 'ffffffffffffff'],
    ['a string that is cut', '400a6375'],
    ['a literal without value', '4001 61'],
    ['a table over 64 KiB', '3fe1ff1f'],
    ['EOS in a string', '0001 61 84 ffff ffff'],
    ['padding of a whole byte', '0001 61 82 1fff'],
    ['padding that is not all ones', '0001 61 81 1e'],
  ])('refuses %s, and everything after it', (_, block) => {
    const decoder = new HpackDecoder();
    expect(decoder.decode(hex(block))).toBeNull();
    expect(decoder.decode(hex('82'))).toBeNull();
  });

  it('empties the table for an entry that does not fit', () => {
    const decoder = new HpackDecoder();
    expect(shown(decoder, '3f01 4001 6101 62')).toEqual(['a: b']);
    expect(shown(decoder, 'be')).toBeUndefined();
  });

  it('gives the first 64 KiB of a block that unfolds to more', () => {
    const decoder = new HpackDecoder();
    const long = Buffer.concat([hex('40 01 61 7f a1 1e'), Buffer.alloc(4000, 'v')]);
    const bomb = Buffer.concat([long, Buffer.alloc(60_000, 0xbe)]);
    const headers = decoder.decode(bomb) ?? [];
    expect(headers.length).toBeGreaterThan(10);
    expect(headers.length).toBeLessThan(20);
    expect(decoder.decode(hex('be'))).toHaveLength(1);
  });

  it('takes any block', () => {
    for (let seed = 1; seed <= 2000; seed += 1) {
      const random = seededRandom(seed);
      const decoder = new HpackDecoder();
      for (let block = 0; block < 4; block += 1) {
        const bytes = Buffer.from(Array.from({ length: 1 + Math.floor(random() * 60) }, () => Math.floor(random() * 256)));
        const size = decoder.decode(bytes)?.reduce((sum, { name, value }) => sum + name.length + value.length, 0) ?? 0;
        expect(size).toBeLessThanOrEqual(65_536);
      }
    }
  });
});

describe('decodeHuffman', () => {
  it('reads the shortest and the longest codes', () => {
    expect(decodeHuffman(hex('00'))).toBeNull();
    expect(decodeHuffman(hex('07'))).toBe('0');
    // Byte 10 has 30 bits of code: 0x3ffffffc, here with two ones of padding.
    expect(decodeHuffman(hex('fffffff3'))).toBe('\n');
    expect(decodeHuffman(Buffer.alloc(0))).toBe('');
  });
});
