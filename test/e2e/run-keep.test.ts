import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { emptyFolder, HOPSCOPE } from './hopscope-process.ts';
import { type LiveProcess, startHopscope, startProgram, TemporaryFolder, until } from './run-cli.ts';

const cwd = emptyFolder();
const temporary = new TemporaryFolder(cwd);
const { environment } = temporary;
const flags = ['run', '--lab', 'netns', '--path', 'haproxy-plain', '--scenario', 'opening-handshake', '--keep'];

/** As somebody who sits at a terminal. `exec`: a shell in between would get the Ctrl-C as well, and answer for it with 130. */
const atTerminal = (out: string): LiveProcess =>
  startProgram(['script', '--quiet', '--return', '--command', ['exec', ...HOPSCOPE, ...flags, '--out', out].join(' '), '/dev/null'], {
    cwd,
    environment,
  });

async function held(run: LiveProcess): Promise<() => readonly string[]> {
  await run.shows(/Press Enter or Ctrl-C to take it down/);
  return temporary.processes();
}

async function expectNothingLeft(processes: () => readonly string[]): Promise<void> {
  await until(() => processes().length === 0, 3000);
  expect(temporary.left()).toEqual([]);
}

describe('--keep', () => {
  it('holds the lab after the report, and prints commands that lead into its hosts', async () => {
    const run = startHopscope([...flags, '--out', 'out'], { cwd, environment });
    const processes = await held(run);
    expect(run.printed()).toContain('verdict: pass, exit code 0');
    const commands = [...run.printed().matchAll(/^\S+\/(\S+): (nsenter .* sh)$/gm)].map(([, name = '', command = '']) => [name, command]);
    expect(commands.map(([name]) => name)).toEqual(expect.arrayContaining(['client', 'haproxy-plain', 'origin', 'link-1']));
    const [, command = ''] = commands.find(([name]) => name === 'haproxy-plain') ?? [];
    const seen = execFileSync('sh', ['-c', `${command} -c 'hostname; ip -br address; cat /etc/hopscope/plain.cfg'`]);
    expect(seen.toString()).toMatch(/^haproxy-plain\n[^]*eth1@\S+ +UP +10\.100\.[^]*bind :8080/);
    run.pressCtrlC();
    expect((await run.ended).code).toBe(0);
    await expectNothingLeft(processes);
  });

  it.each([
    ['Enter', '\n'],
    ['Ctrl-C', '\u0003'],
  ])('ends with %s at a terminal', async (key, typed) => {
    const run = atTerminal(key);
    const processes = await held(run);
    expect(run.printed()).toContain('\r\u001b[K');
    run.type(typed);
    expect((await run.ended).code).toBe(0);
    await expectNothingLeft(processes);
  });
});
