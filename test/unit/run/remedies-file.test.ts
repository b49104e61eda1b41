import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Remedy } from '../../../harness/model/remedy.ts';
import { readRemedies, writeRemedies } from '../../../harness/run/remedies-file.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'remedies-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const remedy = (rest: Partial<Remedy> = {}): Remedy => ({
  findingId: 'idle-cutoff/edge/idle#2',
  host: 'edge',
  file: 'edge.cfg',
  title: 'Wait longer.',
  patch: '--- a/edge.cfg\n',
  status: 'verified',
  because: 'it went away',
  source: 'manual',
  trial: 'remedies/1',
  ...rest,
});
const PATCH_FILE = 'remedies/idle-cutoff-edge-idle-2.patch';

describe('remedies of a run folder', () => {
  it('are none where none were looked for', async () => {
    expect(await readRemedies(dir)).toEqual([]);
  });

  it('come back as they were written', async () => {
    const all = [remedy({ status: 'failed' }), remedy(), remedy({ findingId: 'x', status: 'untried', trial: null })];
    writeRemedies(dir, all);
    expect(await readRemedies(dir)).toEqual(all);
  });

  it('have a patch file for each one that is shown, and none for one that failed', () => {
    writeRemedies(dir, [remedy({ status: 'failed', patch: 'bad' }), remedy()]);
    expect(readFileSync(join(dir, PATCH_FILE), 'utf8')).toBe('--- a/edge.cfg\n');
    writeRemedies(dir, [remedy({ status: 'failed' })]);
    expect(existsSync(join(dir, PATCH_FILE))).toBe(false);
  });

  it.each([
    ['no JSON', '{', /expected a JSON object/],
    ['another format', '{"format":2,"remedies":[]}', /expected remedies of format 1/],
    ['a list of something else', '{"format":1,"remedies":[7]}', /remedy 1: expected an object/],
    [
      'an unknown status',
      JSON.stringify({ format: 1, remedies: [remedy({ status: 'great' as Remedy['status'] })] }),
      /remedy 1: expected status/,
    ],
    ['a missing field', JSON.stringify({ format: 1, remedies: [{ ...remedy(), patch: 1 }] }), /remedy 1: expected patch to be a text/],
  ])('are refused when the file holds %s', async (_, text, message) => {
    writeFileSync(join(dir, 'remedies.json'), text);
    await expect(readRemedies(dir)).rejects.toMatchObject({
      code: 'RUN_ERR_BAD_EVIDENCE',
      message: expect.stringMatching(message) as unknown,
    });
  });
});
