import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogTail } from '../../../harness/run/log-tail.ts';
import { RunFolder, readRunFolder } from '../../../harness/run/run-folder.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'run-folder-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const absence = (because: string) => ({ path: 'p', scenario: 's', what: 'stimulus', code: 'LAB_ERR_HOST_DIED', because });

describe('a run folder', () => {
  it('gives back what was written, with the place of each line', async () => {
    const folder = new RunFolder(dir);
    folder.append('absences', absence('one'));
    folder.append('absences', absence('two'));
    folder.close();
    writeFileSync(join(dir, 'run.json'), '{"paths":[]}');
    const { evidence } = await readRunFolder(dir);
    expect(evidence.absences.map(({ because, ref }) => [because, ref])).toEqual([
      ['one', { file: 'evidence/absences.ndjson', line: 1 }],
      ['two', { file: 'evidence/absences.ndjson', line: 2 }],
    ]);
    expect(evidence.handshakes).toEqual([]);
  });

  it('leaves out a last line that a killed run did not finish', async () => {
    const folder = new RunFolder(dir);
    folder.append('absences', absence('whole'));
    folder.close();
    appendFileSync(join(dir, 'evidence/absences.ndjson'), '{"path":"p","scen');
    writeFileSync(join(dir, 'run.json'), '{}');
    expect((await readRunFolder(dir)).evidence.absences).toHaveLength(1);
  });

  it('names the file and line of evidence that is damaged', async () => {
    const folder = new RunFolder(dir);
    folder.append('absences', absence('whole'));
    folder.close();
    appendFileSync(join(dir, 'evidence/absences.ndjson'), '{]\n{}\n');
    writeFileSync(join(dir, 'run.json'), '{}');
    await expect(readRunFolder(dir)).rejects.toMatchObject({
      code: 'RUN_ERR_BAD_EVIDENCE',
      place: { file: join(dir, 'evidence/absences.ndjson'), line: 2 },
    });
  });

  it('is not written over another run', () => {
    writeFileSync(join(dir, 'run.json'), '{}');
    expect(() => new RunFolder(dir)).toThrow(
      expect.objectContaining({ code: 'USAGE_ERR_BAD_FLAG', message: expect.stringContaining(dir) }),
    );
  });

  it('says that a folder is no run', async () => {
    await expect(readRunFolder(dir)).rejects.toMatchObject({ code: 'RUN_ERR_NO_FOLDER' });
  });

  it('says which file could not be written, and why', () => {
    writeFileSync(join(dir, 'file'), '');
    expect(() => new RunFolder(join(dir, 'file'))).toThrow(
      expect.objectContaining({ code: 'RUN_ERR_CANNOT_WRITE', message: expect.stringMatching(/ENOTDIR|EEXIST/) }),
    );
  });

  it.each(['/dev/full', '/proc/none/such', '/dev/null/run'])('refuses %s, where no folder can be made', (place) => {
    expect(() => new RunFolder(place)).toThrow(expect.objectContaining({ code: 'RUN_ERR_CANNOT_WRITE' }));
  });
});

describe('a log tail', () => {
  it('gives each whole line once, and a line only when it is whole', async () => {
    const file = join(dir, 'x.log');
    const tail = new LogTail(file);
    expect(await tail.newLines()).toEqual([]);
    writeFileSync(file, 'one\ntwo\nthr');
    expect(await tail.newLines()).toEqual(['one', 'two']);
    appendFileSync(file, 'ee\n');
    expect(await tail.newLines()).toEqual(['three']);
    expect(await tail.newLines()).toEqual([]);
  });
});
