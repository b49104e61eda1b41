import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { emptyFolder, hopscope } from './hopscope-process.ts';
import { PLAIN_TEXT } from './run-cli.ts';

const cwd = emptyFolder();
beforeAll(async () => {
  await hopscope(['run', '--lab', 'netns', '--path', 'direct', '--scenario', 'opening-handshake', '--out', 'whole'], { cwd });
});

/** A copy of the run in which one line of a file is another. */
function damaged(name: string, file: string, line: number, change: (line: string) => string): void {
  cpSync(join(cwd, 'whole'), join(cwd, name), { recursive: true });
  const lines = readFileSync(join(cwd, name, file), 'utf8').split('\n');
  writeFileSync(join(cwd, name, file), lines.map((text, index) => (index === line - 1 ? change(text) : text)).join('\n'));
}

const without = (key: string) => (line: string) => {
  const { [key]: _, ...rest } = JSON.parse(line) as Record<string, unknown>;
  return JSON.stringify(rest);
};

describe('a damaged run folder', () => {
  it.each([
    ['a byte too many', 'evidence/handshakes.ndjson', 3, (line: string) => `{${line}`],
    ['half a line in the middle', 'evidence/tcpCounters.ndjson', 1, (line: string) => line.slice(0, 40)],
    ['a list for an object', 'evidence/hosts.ndjson', 2, () => '[]'],
    ['no paths in a host', 'evidence/hosts.ndjson', 2, without('paths')],
    ['no client in a handshake', 'evidence/handshakes.ndjson', 2, without('client')],
    ['a number for a path', 'evidence/links.ndjson', 1, () => '{"link":"link-1","paths":1,"applied":[]}'],
  ])('with %s is refused with file and line, by audit and by report', async (name, file, line, change) => {
    damaged(name, file, line, change);
    for (const command of ['audit', 'report']) {
      const { code, stdout, stderr } = await hopscope([command, name], { cwd });
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/^error RUN_ERR_BAD_EVIDENCE: expected /);
      expect(stderr).toContain(`at ${name}/${file}:${line}\n`);
      expect(stderr).toMatch(PLAIN_TEXT);
    }
  });

  it.each([
    ['no JSON', (): string => 'x'],
    [
      'another version of the format',
      (): string => readFileSync(join(cwd, 'whole/run.json'), 'utf8').replace(/"schemaVersion": "\d+/, '"schemaVersion": "99'),
    ],
    [
      'no paths',
      (): string => JSON.stringify({ ...(JSON.parse(readFileSync(join(cwd, 'whole/run.json'), 'utf8')) as object), paths: null }),
    ],
  ])('with %s in run.json is refused', async (name, content) => {
    cpSync(join(cwd, 'whole'), join(cwd, name), { recursive: true });
    writeFileSync(join(cwd, name, 'run.json'), content());
    const { code, stderr } = await hopscope(['audit', name], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error RUN_ERR_BAD_EVIDENCE: expected /);
    expect(stderr).toContain(`at ${name}/run.json`);
    expect(stderr).toMatch(PLAIN_TEXT);
  });

  it('that ends in half a line is judged by the rest: the run was killed', async () => {
    cpSync(join(cwd, 'whole'), join(cwd, 'cut'), { recursive: true });
    const file = join(cwd, 'cut/evidence/handshakes.ndjson');
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, -30));
    expect(await hopscope(['audit', 'cut'], { cwd })).toMatchObject({ stderr: '', stdout: expect.stringContaining('verdict: ') });
  });
});
