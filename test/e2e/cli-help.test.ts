import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyFolder, hopscope } from './hopscope-process.ts';

const cwd = emptyFolder();

describe('--help', () => {
  it.each([[[]], [['run']], [['list']], [['doctor']], [['setup']], [['audit']], [['report']], [['remedy']], [['init']]])(
    'of %j has examples and exit codes',
    async (command) => {
      const { code, stdout, stderr } = await hopscope([...command, '--help'], { cwd });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain('Examples:\n  ');
      expect(stdout).toMatch(/Exit codes:\n {2}0 +pass\n {2}1 +fail[^]* {2}2 +bad spec or usage[^]* {2}130 +interrupted/);
    },
  );
});

it('a command line without a command shows the help and is bad usage', async () => {
  const { code, stdout, stderr } = await hopscope([], { cwd });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('Usage: hopscope');
});

it('--version prints the version alone', async () => {
  const { code, stdout } = await hopscope(['--version'], { cwd });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

describe('list', () => {
  it.each([
    ['paths', 'incident-0001-broken'],
    ['scenarios', 'opening-handshake'],
    ['audits', 'refused-upgrade'],
    ['proxies', 'haproxy'],
  ])('%s works in an empty folder, as a table and as JSON', async (what, name) => {
    const [text, json] = await Promise.all([hopscope(['list', what], { cwd }), hopscope(['list', what, '--json'], { cwd })]);
    expect(text).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining(name) });
    expect(JSON.stringify(JSON.parse(json.stdout))).toContain(`"${name}"`);
  });

  it('ends quietly when its reader leaves early', async () => {
    const main = join(import.meta.dirname, '../../harness/cli/main.ts');
    const child = spawn('sh', ['-c', '"$0" "$1" list paths --json | head -n 1', process.execPath, main], { cwd });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    await new Promise((resolve) => child.once('close', resolve));
    expect(stderr).toBe('');
  });
});

it('init writes a spec that list reads, and says so', async () => {
  const folder = join(cwd, 'init');
  mkdirSync(folder);
  expect((await hopscope(['init'], { cwd: folder })).stdout).toContain('hopscope.yaml: written');
  expect(existsSync(join(folder, 'proxies/haproxy.cfg'))).toBe(true);
  expect((await hopscope(['list', 'paths'], { cwd: folder })).stdout).toContain('edge.control');
  expect(await hopscope(['init'], { cwd: folder })).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('nothing was written'),
  });
});

it('doctor prints capabilities, and its exit code says whether a lab can run', async () => {
  const { code, stdout } = await hopscope(['doctor', '--json'], { cwd });
  const { capabilities, labs } = JSON.parse(stdout) as {
    readonly capabilities: readonly object[];
    readonly labs: Readonly<Record<string, { readonly canRun: boolean }>>;
  };
  expect(capabilities.length).toBeGreaterThan(10);
  expect(code).toBe(Object.values(labs).some(({ canRun }) => canRun) ? 0 : 3);
});
