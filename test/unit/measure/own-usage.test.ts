import { execFileSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ownUsage } from '../../../harness/measure/own-usage.ts';

it('counts the open files of this program', () => {
  const before = ownUsage();
  const files = Array.from({ length: 5 }, () => openSync('/dev/null', 'r'));
  const now = ownUsage();
  for (const file of files) closeSync(file);
  expect(now.openFiles - before.openFiles).toBe(5);
  expect(now.cpuMs).toBeGreaterThanOrEqual(before.cpuMs);
  expect(now.rssBytes).toBeGreaterThan(1_000_000);
});

it('still tells when the program may open no more files', () => {
  const module = join(import.meta.dirname, '../../../harness/measure/own-usage.ts');
  const script = `
const { ownUsage } = await import(${JSON.stringify(module)});
const { openSync } = await import('node:fs');
ownUsage();
let refused = null;
try { for (;;) openSync('/dev/null', 'r'); } catch (error) { refused = error.code; }
console.log(refused, ownUsage().openFiles, ownUsage().rssBytes > 1_000_000);`;
  const limited = ['-c', 'ulimit -n 60; exec "$@"', 'sh', process.execPath, '--input-type=module', '-e', script];
  expect(execFileSync('sh', limited, { encoding: 'utf8' }).trim()).toMatch(/^EMFILE \d+ true$/);
});
