import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../../harness/measure/seeded-random.ts';
import { KeyLogFile } from '../../../../../harness/wire/content/tls/key-log.ts';

const RANDOM = '0123456789abcdef'.repeat(4);
const SECRET = 'ab'.repeat(48);

describe('KeyLogFile', () => {
  it('keeps the secrets of a connection by label, whatever the line ends and the case', () => {
    const log = new KeyLogFile();
    const text = `# SSL/TLS secrets\r\n\r\nCLIENT_RANDOM ${RANDOM.toUpperCase()} ${SECRET}\r\nMADE_UP_LABEL ${RANDOM} 0102\n`;
    expect(log.add(Buffer.from(text))).toBe(2);
    expect(log.add(`EXPORTER_SECRET ${RANDOM} ff`)).toBe(1);
    const secrets = log.secretsOf(RANDOM.toUpperCase());
    expect([...(secrets?.keys() ?? [])]).toEqual(['CLIENT_RANDOM', 'MADE_UP_LABEL', 'EXPORTER_SECRET']);
    expect(secrets?.get('CLIENT_RANDOM')?.toString('hex')).toBe(SECRET);
    expect(log.secretsOf('f'.repeat(64))).toBeUndefined();
    expect(log.problems).toEqual([]);
  });

  it('takes the last of two secrets with one label', () => {
    const log = new KeyLogFile();
    log.add(`A ${RANDOM} 01\nA ${RANDOM} 02\n`);
    expect(log.secretsOf(RANDOM)?.get('A')?.toString('hex')).toBe('02');
  });

  it('reports lines that are wrong by their number and without their content', () => {
    const log = new KeyLogFile();
    expect(log.add(`good ${RANDOM} 01\nCLIENT_RANDOM ${SECRET}\nCLIENT_RANDOM abcd ${SECRET}\n`)).toBe(1);
    expect(log.add(`CLIENT_RANDOM ${RANDOM} abc\nRSA 0123456789abcdef ${SECRET}\n`)).toBe(0);
    expect(log.problems.map(({ line }) => line)).toEqual([2, 3, 4]);
    expect(log.problems.map(({ message }) => message).join()).not.toMatch(/abab/);
    expect(log.problems[1]?.message).toBe('expected a client random of 64 hexadecimal digits, saw 4');
  });

  it('is bounded in what it reports', () => {
    const log = new KeyLogFile();
    expect(log.add('x\n'.repeat(10_000))).toBe(0);
    expect(log.problems).toHaveLength(100);
    const large = new KeyLogFile();
    large.add(Buffer.alloc(65 * 1024 * 1024, '#\n'));
    expect(large.problems.at(-1)?.message).toMatch(/^the key log is over 67108864 bytes/);
  }, 20_000);

  it('takes any text', () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const random = seededRandom(seed);
      const bytes = Buffer.from(`CLIENT_RANDOM ${RANDOM} ${SECRET}\n`.repeat(4));
      for (let change = 0; change < 6; change += 1) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      const log = new KeyLogFile();
      expect(log.add(bytes)).toBeLessThanOrEqual(10);
    }
  });
});
