import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { readProcess } from '../../../harness/lab/read-process.ts';

it('tells what a process uses, and nothing of one that has ended', async () => {
  const child = spawn(process.execPath, [
    '-e',
    'for (const end = Date.now() + 60; Date.now() < end;);console.log(1);setInterval(() => {}, 1e6)',
  ]);
  await once(child.stdout, 'data');
  const read = readProcess(child.pid ?? 0);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(read).toMatchObject({ pid: child.pid, parentPid: process.pid });
  expect(read?.cpuTicks).toBeGreaterThan(2);
  expect(read?.openFiles).toBeGreaterThan(3);
  expect(readProcess(child.pid ?? 0)).toBeNull();
});
