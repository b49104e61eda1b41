import { describe, expect, it } from 'vitest';
import { ByteLog, KEPT_BYTES } from '../../../harness/wire/byte-log.ts';

describe('ByteLog', () => {
  it('keeps chunks with their times', () => {
    const log = new ByteLog();
    log.add(Buffer.from('ab'), 1.5);
    log.add(Buffer.alloc(0), 2);
    log.add(Buffer.from('c'), 3);
    expect(log.kept).toEqual([
      { atMs: 1.5, base64: 'YWI=' },
      { atMs: 3, base64: 'Yw==' },
    ]);
    expect(log.total).toBe(3);
  });

  it('keeps the first 64 KiB exactly and counts the rest', () => {
    const log = new ByteLog();
    for (let n = 0; n < 5; n += 1) log.add(Buffer.alloc(20_000, n), n);
    expect(log.total).toBe(100_000);
    expect(Buffer.concat(log.kept.map(({ base64 }) => Buffer.from(base64, 'base64'))).length).toBe(KEPT_BYTES);
    expect(log.kept).toHaveLength(4);
  });
});
