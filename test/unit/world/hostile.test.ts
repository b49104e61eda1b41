import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../harness/measure/seeded-random.ts';
import { findTemplate } from '../../../harness/world/find-template.ts';
import { gatherFiles } from '../../../harness/world/gather-files.ts';
import { guessService } from '../../../harness/world/guess-service.ts';
import { readSubject } from '../../../harness/world/read-subject.ts';
import { wrappingOf } from '../../../harness/world/wrappers.ts';
import { request } from './request.ts';

const SERVICES = ['haproxy', 'nginx', 'caddy', 'apache'];
const readAll = (text: string): void => {
  guessService('x', text);
  for (const service of SERVICES) {
    findTemplate(service, text, text);
    wrappingOf(service)?.isWhole(text);
    wrappingOf(service)?.wrap([{ path: '/x', text }]);
  }
};

describe('an enormous or hostile text', () => {
  it.each([
    'listen \n',
    '{{a',
    '{{ ',
    '<%= ',
    '"${A}" ',
    '\n',
    '# ',
    'limit_req x\n',
    'map $A ',
    'map $connection_upgrade ',
    'access_log a b\n',
    '"',
    String.raw`"\"`,
    '(?<',
    '<VirtualHost ',
    'Listen :::',
    '{',
    '${',
    '\t',
  ])('of many `%s` is read to its end', (piece) => {
    readAll(piece.repeat(Math.ceil((1 << 18) / piece.length)));
    expect(guessService('x', '')).toBeNull();
  });

  it('of any pieces is read without a throw', () => {
    const random = seededRandom(20_260_611);
    const pieces = [
      'server',
      ' ',
      '{',
      '}',
      ';',
      '\n',
      '"',
      "'",
      '\\',
      '#',
      '${A}',
      '{{ x }}',
      '{% if',
      '<%=',
      '%>',
      '$',
      'map $a $b',
      '<VirtualHost *:80>',
      'listen x',
      '\u0000',
      '\ud800',
    ];
    for (let round = 0; round < 500; round += 1)
      readAll(Array.from({ length: 40 }, () => pieces[Math.floor(random() * pieces.length)] ?? '').join(''));
    expect(pieces).toContain('server');
  });
});

describe('a hostile folder', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hopscope-hostile-'));
    mkdirSync(join(folder, 'a/b'), { recursive: true });
    writeFileSync(join(folder, 'haproxy.cfg'), 'listen web\n  bind :80\n');
    writeFileSync(join(folder, 'a/one.map'), 'x');
    writeFileSync(join(folder, 'a/b/two.map'), 'x');
    symlinkSync('/etc', join(folder, 'etc'));
    symlinkSync('/etc/passwd', join(folder, 'passwd'));
    symlinkSync('..', join(folder, 'a/up'));
    symlinkSync('nowhere', join(folder, 'dangling'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('gives nothing from outside, goes round no loop and waits for no pipe', async () => {
    const { files, leftOut } = await gatherFiles(folder, { files: 100, bytes: 1 << 20, skip: new Set() });
    expect(files.map(({ below }) => below)).toEqual(['a/b/two.map', 'a/one.map', 'haproxy.cfg']);
    expect(leftOut).toHaveLength(4);
  });

  it('gives what is nearest where it holds too much, and says that there is more', async () => {
    const { files, leftOut } = await gatherFiles(folder, { files: 2, bytes: 1 << 20, skip: new Set() });
    expect(files.map(({ below }) => below)).toEqual(['haproxy.cfg', 'a/one.map']);
    expect(leftOut.at(-1)).toContain('more than 2 files');
  });

  it('may not be a pipe', async () => {
    await expect(readSubject(request({ written: ['pipe'], workingFolder: folder }))).rejects.toMatchObject({
      code: 'CONFIG_ERR_NOT_FOUND',
    });
  });

  it('may not be endless', async () => {
    writeFileSync(join(folder, 'big.cfg'), Buffer.alloc((4 << 20) + 1, 0x20));
    await expect(readSubject(request({ written: ['big.cfg'], workingFolder: folder }))).rejects.toThrow(/at most 4 MiB, got 4194305 bytes/);
  });
});
