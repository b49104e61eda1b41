import { describe, expect, it } from 'vitest';
import { answerIn } from '../../../harness/blame/answer-seen.ts';
import { seededRandom } from '../../../harness/measure/seeded-random.ts';

const read = (text: string) => answerIn(Buffer.from(text, 'latin1'));
const bodyOf = (text: string): string | undefined => read(text)?.body.toString('latin1');

describe('answerIn', () => {
  it('skips interim answers, and takes 101 for a final one', () => {
    expect(read('HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\n\r\n')?.head.status).toBe(200);
    expect(read('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 101 Switching\r\n\r\nframes')).toMatchObject({
      isWhole: true,
      body: Buffer.alloc(0),
    });
  });

  it('cuts a body by its length and says when it is short', () => {
    expect(bodyOf('HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nabc')).toBe('ab');
    expect(read('HTTP/1.1 403 No\r\nContent-Length: 9\r\n\r\nabc')?.isWhole).toBe(false);
  });

  it('joins chunks, and says when the last is missing', () => {
    expect(bodyOf('HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n')).toBe('abc');
    expect(read('HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab')?.isWhole).toBe(false);
    expect(read('HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\n\r\nnot chunked at all')?.isWhole).toBe(false);
  });

  it('takes everything for the body where nothing says its length', () => {
    expect(bodyOf('HTTP/1.1 403 No\r\n\r\nto the end')).toBe('to the end');
  });

  it('gives null when there is no whole head', () => {
    expect([read(''), read('HTTP/1.1 200 OK\r\n'), read('no HTTP\r\n\r\n'), read('HTTP/1.1 103 Early\r\n\r\n')]).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  it('takes any bytes at all', () => {
    const random = seededRandom(7);
    const whole = Buffer.from(
      'HTTP/1.1 103 E\r\n\r\nHTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n',
      'latin1',
    );
    for (let round = 0; round < 2000; round += 1) {
      const bytes = Buffer.from(whole);
      for (let change = 0; change < 3; change += 1) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      expect(() => answerIn(bytes.subarray(0, Math.floor(random() * bytes.length)))).not.toThrow();
    }
  });
});
