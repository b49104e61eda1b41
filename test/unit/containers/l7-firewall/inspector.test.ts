import { describe, expect, it } from 'vitest';
import { Inspector } from '../../../../containers/l7-firewall/inspector.ts';
import type { Rule } from '../../../../containers/l7-firewall/rules.ts';
import { seededRandom } from '../../../../harness/measure/seeded-random.ts';

const HEAD = 'GET /socket HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nconnection: Upgrade\r\n\r\n';
const STRIP: Rule = { do: 'strip-header', direction: 'to-origin', header: 'upgrade' };
const passed = (rules: readonly Rule[], reads: readonly string[]): string => {
  const inspector = new Inspector(rules, 'to-origin');
  const out = reads.map((read) => inspector.take(Buffer.from(read, 'latin1')).bytes);
  return Buffer.concat([...out, inspector.rest()]).toString('latin1');
};

describe('Inspector', () => {
  it('takes a header out of the head, however the head is cut, and leaves what follows alone', () => {
    const expected = `${HEAD.replace('Upgrade: websocket\r\n', '')}Upgrade: not a header\r\n`;
    for (let cut = 1; cut < HEAD.length; cut += 7)
      expect(passed([STRIP], [HEAD.slice(0, cut), HEAD.slice(cut), 'Upgrade: not a header\r\n'])).toBe(expected);
    expect(passed([STRIP], [`${HEAD}Upgrade: not a header\r\n`])).toBe(expected);
  });

  it('applies only the rules of its direction', () => {
    expect(passed([{ ...STRIP, direction: 'to-client' }], [HEAD])).toBe(HEAD);
  });

  it('rewrites a text in the head and behind it', () => {
    const rule: Rule = { do: 'rewrite-text', direction: 'to-origin', text: 'socket', with: '$&' };
    expect(passed([rule], [HEAD, 'a socket, \xff'])).toBe(`${HEAD.replaceAll('socket', () => '$&')}a $&, \xff`);
  });

  it('refuses a request that has the text, and passes nothing of it on', () => {
    const inspector = new Inspector([{ do: 'refuse', direction: 'to-origin', text: 'Upgrade: websocket', status: 403 }], 'to-origin');
    expect(inspector.take(Buffer.from(HEAD))).toEqual({ bytes: Buffer.alloc(0), refused: 403 });
    expect(inspector.startLine).toBe('GET /socket HTTP/1.1');
  });

  it('swallows everything from the read on that has the text', () => {
    const rule: Rule = { do: 'swallow', direction: 'to-origin', text: 'tick 2' };
    expect(passed([rule], [HEAD, 'tick 1', 'tick 2', 'tick 3'])).toBe(`${HEAD}tick 1`);
  });

  it('passes any bytes on that no rule speaks of, in order', () => {
    const random = seededRandom(7);
    for (let round = 0; round < 200; round++) {
      const reads = Array.from({ length: 5 }, () =>
        Array.from({ length: Math.floor(random() * 40) }, () => String.fromCharCode(Math.floor(random() * 256))).join(''),
      );
      expect(passed([STRIP], reads)).toBe(reads.join(''));
    }
    const long = 'x'.repeat(70_000);
    expect(passed([STRIP], [long, HEAD])).toBe(long + HEAD);
  });
});
