/*
 * How right is the blame? Injects every fault of bench/blame/faults for real and scores what is said of it (docs/blame-bench.md):
 *
 *   npm run bench:blame -- [--faults DIR]... [--only GLOB]... [--json FILE] [--out DIR] [--verbose]
 *
 * `--faults` adds a folder, `--only` takes some ids, `--verbose` tells what was said of each fault that was not got right.
 * Exit code 0 when the target is met, 1 when it is missed, as `hopscope run` for anything else. Needs what the netns lab needs.
 */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { EXIT, HarnessError } from '../../harness/errors.ts';
import { packageRoot } from '../../harness/cli/package-root.ts';
import { printError } from '../../harness/cli/print-error.ts';
import { pathWithSbin } from '../../harness/setup/path-with-sbin.ts';
import { runBench } from './run-bench.ts';
import { tableOf } from './table.ts';

const USAGE = `usage: npm run bench:blame -- [--faults DIR]... [--no-builtin] [--only GLOB]... [--json FILE] [--out DIR] [--verbose]

Injects faults for real and scores the blame; see docs/blame-bench.md. --faults adds a folder of them, --no-builtin leaves the built-in ones out.`;

function readArguments() {
  try {
    return parseArgs({
      options: {
        faults: { type: 'string', multiple: true, default: [] },
        only: { type: 'string', multiple: true, default: [] },
        'no-builtin': { type: 'boolean', default: false },
        json: { type: 'string' },
        out: { type: 'string' },
        verbose: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new HarnessError('USAGE_ERR_BAD_FLAG', (error as Error).message);
  }
}

async function bench(): Promise<number> {
  const values = readArguments();
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return EXIT.pass;
  }
  process.env['PATH'] = pathWithSbin(process.env['PATH']);
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const isTerminal = process.stderr.isTTY;
  const result = await runBench({
    folders: [...(values['no-builtin'] ? [] : [join(import.meta.dirname, 'faults')]), ...values.faults.map((folder) => resolve(folder))],
    only: values.only,
    out: resolve(values.out ?? join(packageRoot(), 'runs', `bench-blame-${Date.now()}`)),
    signal: stop.signal,
    onProgress: (what) => void (isTerminal && process.stderr.write(`\r\u001b[K${what}`)),
  });
  if (isTerminal) process.stderr.write('\r\u001b[K');
  process.stdout.write(tableOf(result, { verbose: values.verbose }));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);
  if (stop.signal.aborted) return EXIT.interrupted;
  return result.totals.meetsTarget ? EXIT.pass : EXIT.fail;
}

try {
  process.exitCode = await bench();
} catch (error) {
  process.exitCode = printError(error, { json: false });
}
