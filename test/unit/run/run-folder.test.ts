import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RECORD_SCHEMA_VERSION } from '../../../harness/model/record.ts';
import { LogTail } from '../../../harness/run/log-tail.ts';
import { RunFolder, readRunFolder } from '../../../harness/run/run-folder.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'run-folder-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** The least that a run.json has. */
function writeFacts(more: object = {}): void {
  const facts = { schemaVersion: RECORD_SCHEMA_VERSION, tool: {}, run: {}, lab: {}, machine: {}, scenarios: [], paths: [], policy: {} };
  writeFileSync(join(dir, 'run.json'), JSON.stringify({ ...facts, ...more }));
}

const absence = (because: string) => ({ path: 'p', scenario: 's', what: 'stimulus', code: 'LAB_ERR_HOST_DIED', because });

describe('a run folder', () => {
  it('gives back what was written, with the place of each line', async () => {
    const folder = new RunFolder(dir);
    folder.append('absences', absence('one'));
    folder.append('absences', absence('two'));
    folder.close();
    writeFacts();
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
    writeFacts();
    expect((await readRunFolder(dir)).evidence.absences).toHaveLength(1);
  });

  it('names the file and line of evidence that is damaged', async () => {
    const folder = new RunFolder(dir);
    folder.append('absences', absence('whole'));
    folder.close();
    appendFileSync(join(dir, 'evidence/absences.ndjson'), '{]\n{}\n');
    writeFacts();
    await expect(readRunFolder(dir)).rejects.toMatchObject({
      code: 'RUN_ERR_BAD_EVIDENCE',
      place: { file: join(dir, 'evidence/absences.ndjson'), line: 2 },
    });
  });

  it('is not written over another run', () => {
    writeFacts();
    expect(() => new RunFolder(dir)).toThrow(
      expect.objectContaining({ code: 'USAGE_ERR_BAD_FLAG', message: expect.stringContaining(dir) }),
    );
  });

  it('names the field of evidence that is not what it was when it was written', async () => {
    const folder = new RunFolder(dir);
    folder.append('absences', absence('whole'));
    folder.close();
    writeFacts();
    appendFileSync(join(dir, 'evidence/absences.ndjson'), '{"path":"p","scenario":1,"code":"","because":""}\n');
    await expect(readRunFolder(dir)).rejects.toMatchObject({
      code: 'RUN_ERR_BAD_EVIDENCE',
      message: 'expected scenario to be a text',
      place: { file: join(dir, 'evidence/absences.ndjson'), line: 2 },
    });
  });

  it.each([
    [{ schemaVersion: '99.0.0' }, 'expected a run of format 1, got format 99.0.0'],
    [{ paths: {} }, 'expected paths to be a list'],
  ])('with %j in run.json is refused', async (more, message) => {
    writeFacts(more);
    await expect(readRunFolder(dir)).rejects.toMatchObject({ code: 'RUN_ERR_BAD_EVIDENCE', message });
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
