import { existsSync, mkdtempSync, mkdirSync, readFileSync, readdirSync, rmSync, copyFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_SURROUNDINGS } from '../../../harness/model/surroundings.ts';
import type { Subject } from '../../../harness/model/subject.ts';
import { planWorld } from '../../../harness/world/plan-world.ts';
import { readSubject } from '../../../harness/world/read-subject.ts';
import { request } from './request.ts';

const CONFIGS = join(import.meta.dirname, '../../../../shared/configs');

interface Meta {
  readonly id: string;
  readonly kind: string;
  readonly files: readonly { readonly local: string; readonly install: string }[];
  readonly start: { readonly main: string; readonly env: Readonly<Record<string, string>> };
}

const metas: readonly Meta[] = existsSync(CONFIGS)
  ? readdirSync(CONFIGS)
      .filter((name) => existsSync(join(CONFIGS, name, 'meta.json')))
      .map((name): Meta => JSON.parse(readFileSync(join(CONFIGS, name, 'meta.json'), 'utf8')))
  : [];

describe('the real configs of ../shared/configs', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hopscope-configs-'));
    for (const { id, files } of metas)
      for (const { local, install } of files) {
        mkdirSync(dirname(join(folder, id, install)), { recursive: true });
        copyFileSync(join(CONFIGS, id, local), join(folder, id, install));
      }
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const read = async ({ id, files, start }: Meta): Promise<Subject> =>
    await readSubject(request({ written: [join(id, files[0]?.install ?? '')], workingFolder: folder, env: start.env }));

  it.skipIf(!existsSync(CONFIGS))('are told, stand where they do in production and have all their files', async () => {
    for (const meta of metas) {
      const subject = await read(meta);
      expect([meta.id, subject.service, subject.tree.main]).toEqual([meta.id, meta.kind, meta.start.main]);
      const install = meta.files.map((file) => file.install);
      expect(subject.given.map(({ path }) => path)).toEqual(expect.arrayContaining(install));
      for (const { local, install: path } of meta.files) {
        expect(subject.tree.files.get(path)?.text).toBe(readFileSync(join(CONFIGS, meta.id, local), 'utf8'));
        expect(subject.tree.files.get(path)?.label).toBe(join(meta.id, path));
      }
      expect(subject.tree.files.get(subject.tree.main)?.isWrapper === true).toBe(!install.includes(meta.start.main));
    }
  });

  it.skipIf(!existsSync(CONFIGS))('get worlds of their copies', async () => {
    for (const meta of metas) {
      const { world, provisions } = await planWorld(await read(meta), NO_SURROUNDINGS);
      for (const { install } of meta.files)
        expect(world.files.filter((file) => file.path === install).map(({ kind }) => kind)).toEqual(['copy']);
      expect(provisions.filter(({ how }) => how === 'given')[0]?.what).toBe('config');
      expect(provisions.filter(({ how }) => how === 'missing')).toEqual([]);
    }
  });

  it.skipIf(!existsSync(CONFIGS))('stand in the same places without the folders of production around them', async () => {
    for (const meta of metas.filter(
      ({ start, files }) => files.length === 1 && files[0]?.install === start.main && !start.main.startsWith('/usr/local'),
    )) {
      const name = meta.start.main.slice(meta.start.main.lastIndexOf('/') + 1);
      mkdirSync(join(folder, 'flat', meta.id), { recursive: true });
      copyFileSync(join(CONFIGS, meta.id, meta.files[0]?.local ?? ''), join(folder, 'flat', meta.id, name));
      const subject = await readSubject(request({ written: [name], workingFolder: join(folder, 'flat', meta.id), env: meta.start.env }));
      expect([meta.id, subject.tree.main, subject.tree.files.get(subject.tree.main)?.label]).toEqual([meta.id, meta.start.main, name]);
    }
  });
});
