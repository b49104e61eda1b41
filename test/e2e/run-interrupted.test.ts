import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../harness/model/record.ts';
import { emptyFolder, hopscope } from './hopscope-process.ts';
import { type LiveProcess, PLAIN_TEXT, startHopscope, TemporaryFolder, until } from './run-cli.ts';

const cwd = emptyFolder();
const temporary = new TemporaryFolder(cwd);
const { environment } = temporary;
const recordIn = (out: string): RunRecord => JSON.parse(readFileSync(join(cwd, out, 'record.json'), 'utf8')) as RunRecord;

const start = (out: string, ...scenarios: readonly string[]): LiveProcess => {
  const selected = scenarios.flatMap((scenario) => ['--scenario', scenario]);
  return startHopscope(['run', '--lab', 'netns', '--path', 'haproxy-plain', ...selected, '--out', out], { cwd, environment });
};

async function loading(out: string): Promise<LiveProcess> {
  const run = start(out, 'opening-handshake', 'steady-echo', 'idle-hold');
  await run.shows(/Steady echo load: begins/);
  await sleep(300);
  return run;
}

describe('Ctrl-C in the middle of a run', () => {
  it('ends it at once with 130, reports what was gathered, and leaves nothing behind', async () => {
    const run = await loading('out');
    const processes = temporary.processes();
    expect(processes().length).toBeGreaterThan(6);
    const pressedAt = performance.now();
    run.pressCtrlC();
    const { code, stdout, stderr } = await run.ended;
    expect(performance.now() - pressedAt).toBeLessThan(5000);
    expect(code).toBe(130);
    expect(stderr).toContain('interrupted: taking the lab down');
    expect(`${stdout}${stderr}`).toMatch(PLAIN_TEXT);
    await until(() => processes().length === 0, 3000);
    expect(temporary.left()).toEqual([]);
  });

  it('keeps what was done, and calls what was not done not measured', async () => {
    const { run, cells } = recordIn('out');
    expect(run.interrupted).toBe(true);
    expect(readFileSync(join(cwd, 'out/report.html'), 'utf8')).toContain('haproxy-plain');
    const of = (scenario: string): readonly string[] => cells.filter((cell) => cell.scenario === scenario).map(({ verdict }) => verdict);
    expect(of('opening-handshake')).toEqual(['pass', 'pass']);
    expect(of('idle-hold')).toEqual(['inconclusive', 'inconclusive']);
    expect(cells.find(({ scenario }) => scenario === 'idle-hold')?.sentence).toBe('not measured: the run ended before this was done');
    expect(await hopscope(['audit', 'out', '--quiet'], { cwd })).toMatchObject({ code: 4, stderr: '' });
  });
});

describe('a signal while the lab comes up', () => {
  it.each([
    ['Ctrl-C', 0],
    ['Ctrl-C', 60],
    ['Ctrl-C', 120],
    ['Ctrl-C', 240],
    ['SIGTERM', 60],
    ['SIGTERM', 240],
  ] as const)('(%s, %i ms after its first file) ends the run with 130 and blames nobody', async (how, afterMs) => {
    const out = `${how}-${afterMs}`;
    const run = start(out, 'opening-handshake', 'idle-hold');
    await until(() => temporary.left().length > 0);
    await sleep(afterMs);
    const processes = temporary.processes();
    if (how === 'Ctrl-C') run.pressCtrlC();
    else run.kill(how);
    const { code, stdout, stderr } = await run.ended;
    expect(code).toBe(130);
    expect(stderr).not.toMatch(/CONFIG_ERR|LAB_ERR|DRIVE_ERR|defect/);
    expect(stdout).not.toMatch(/verdict: (?:pass|fail|error)/);
    await until(() => processes().length === 0, 3000);
    expect(temporary.left()).toEqual([]);
  });
});

describe('kill -9', () => {
  it('takes the lab down within moments, and the next command removes what is left', async () => {
    const run = await loading('killed');
    const processes = temporary.processes();
    expect(processes().length).toBeGreaterThan(6);
    run.kill('SIGKILL');
    await until(() => processes().length === 0, 3000);
    const [scratch = ''] = temporary.left();
    expect(existsSync(join(temporary.dir, scratch))).toBe(true);
    const { stderr } = await hopscope(['doctor', '--clean'], { cwd, environment });
    expect(stderr).toBe(`removed ${join(temporary.dir, scratch)}\n`);
    expect(temporary.left()).toEqual([]);
  });

  it('keeps the evidence on disk, which is judged as the run that it is: unfinished', async () => {
    const { code, stdout, stderr } = await hopscope(['audit', 'killed'], { cwd });
    expect({ code, stderr }).toEqual({ code: 4, stderr: '' });
    expect(stdout).toContain('the run ended before this was done');
    expect(stdout).toContain('interrupted');
  });

  it('of one run does not disturb another, and the next run cleans up after it', async () => {
    const [first, second] = [await loading('first'), start('second', 'opening-handshake')];
    await until(() => temporary.left().length === 2);
    first.kill('SIGKILL');
    await first.ended;
    expect((await second.ended).code).toBe(0);
    expect(temporary.left()).toHaveLength(1);
    expect((await start('third', 'opening-handshake').ended).code).toBe(0);
    expect(temporary.left()).toEqual([]);
  });
});
