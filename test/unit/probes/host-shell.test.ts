import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { afterEach, expect, it } from 'vitest';
import { HostShell, SHELL_ARGV, shellWords } from '../../../harness/probes/host-shell.ts';

const children: ChildProcessByStdio<Writable, Readable, null>[] = [];

function openShell(): HostShell {
  const [program = '', ...args] = SHELL_ARGV;
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await ended;
  };
  return new HostShell({ stdin: child.stdin, stdout: child.stdout, stop });
}

afterEach(() => {
  for (const child of children.splice(0)) child.stdin.destroy();
});

const isDone = (line: string): boolean => line === 'done';

it('answers one script after the other', async () => {
  const shell = openShell();
  const answers = await Promise.all([1, 2, 3].map((n) => shell.ask(`sleep 0.0${4 - n}; echo ${n}; echo done`, isDone)));
  expect(answers).toEqual([
    ['1', 'done'],
    ['2', 'done'],
    ['3', 'done'],
  ]);
});

it('hears what programs print that nobody asked, errors too', async () => {
  const shell = openShell();
  const heard: (string | null)[] = [];
  shell.listen((line) => heard.push(line));
  await shell.ask('echo oops >&2; echo done', isDone);
  expect(heard).toEqual(['oops', 'done']);
  expect(shell.recent).toEqual(['oops', 'done']);
});

it('keeps every word a word', async () => {
  const words = ["it's", '$(exit 3)', 'a b', '`', '"', '\\'];
  const answer = await openShell().ask(`${shellWords(['printf', '%s\\n', ...words])}; echo done`, isDone);
  expect(answer).toEqual([...words, 'done']);
});

it('does not wait for an answer that does not come', async () => {
  const shell = openShell();
  expect(await shell.ask('true', isDone, 20)).toBeNull();
  expect(await shell.ask('echo done', isDone)).toEqual(['done']);
});

it('has no answer when the shell has ended', async () => {
  const shell = openShell();
  expect(await shell.ask('exit 3', isDone)).toBeNull();
  expect(await shell.ask('echo done', isDone)).toBeNull();
  expect(shell.hasEnded).toBe(true);
});

/** A zombie has no command line. */
const isRunning = (pid: number): boolean => existsSync(`/proc/${pid}`) && readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '';

it('takes what it started with it when its pipe ends, however that comes', async () => {
  const shell = openShell();
  const answer = await shell.ask('{ sleep 1000; } & sleep 1001 & echo $!; echo done', isDone);
  const pid = Number(answer?.[0]);
  expect(isRunning(pid)).toBe(true);
  children.at(-1)?.stdin.destroy();
  await expect.poll(() => isRunning(pid), { timeout: 5000 }).toBe(false);
});

it('closes', async () => {
  const shell = openShell();
  await shell.ask('echo done', isDone);
  await shell.close();
  expect(shell.hasEnded).toBe(true);
});
