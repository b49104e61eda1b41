import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ProxyLife } from '../../../harness/run/proxy-life.ts';

const dir = mkdtempSync(join(tmpdir(), 'hopscope-life-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const file = join(dir, 'a.log');
writeFileSync(file, 'of an instance before\nGET /fatal\nit gave up\n');
const log = { file, fromByte: 'of an instance before\n'.length, isOfRequest: (line: string) => line.startsWith('GET') };
const lifeThat = (end: { readonly code: number | null; readonly signal: string | null }) => {
  const { promise, resolve } = Promise.withResolvers<typeof end>();
  return { life: new ProxyLife('X on host x', log, promise), end: () => (resolve(end), promise) };
};

describe('the life of a proxy', () => {
  it('tells once how it ended by itself, with the end of its own log and without its requests', async () => {
    const { life, end } = lifeThat({ code: null, signal: 'SIGABRT' });
    expect(await life.takeEnd('one')).toBeNull();
    await end();
    expect(await life.takeEnd('one')).toMatchObject({ exitCode: null, signal: 'SIGABRT', lastLines: ['it gave up'] });
    expect([await life.takeEnd('one'), await life.lastWords('one')]).toEqual([null, null]);
  });

  it('is missing in scenarios after that, where it could not be started again', async () => {
    const { life, end } = lifeThat({ code: 139, signal: null });
    await end();
    await life.takeEnd('one');
    life.stayEnded('the port is taken');
    const words = 'X on host x ended during the run (SIGSEGV), and could not be started again (the port is taken): GET /fatal | it gave up';
    expect([await life.lastWords('two'), await life.lastWords('two')]).toEqual([words, null]);
  });

  it('is over quietly where the run ended it, and not where it had ended before', async () => {
    const [asked, before] = [lifeThat({ code: 0, signal: null }), lifeThat({ code: 0, signal: null })];
    asked.life.letEnd();
    await Promise.all([asked.end(), before.end()]);
    before.life.letEnd();
    expect(await asked.life.takeEnd('one')).toBeNull();
    expect(await before.life.takeEnd('one')).toMatchObject({ exitCode: 0, signal: null });
  });

  it('reads nothing of a log that is not there', async () => {
    const life = new ProxyLife('X', { ...log, file: join(dir, 'none') }, Promise.resolve({ code: 1, signal: null }));
    await Promise.resolve();
    expect(await life.takeEnd('one')).toMatchObject({ exitCode: 1, lastLines: [] });
  });
});
